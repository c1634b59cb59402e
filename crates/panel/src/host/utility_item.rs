//! The softphone's item in the utility bar, and whether its panel is open.

use super::open_cti::call_quietly;
use crate::view::UtilityItem;

/// Draws the item, and opens the panel for a call that `was` does not have. Before the first call it is as the
/// administrator named it.
pub fn draw(was: &UtilityItem, item: &UtilityItem) {
    if item.newest.is_none() {
        return;
    }
    if was.label != item.label {
        call_quietly("setSoftphoneItemLabel", &[("label", item.label.as_str().into())]);
    }
    if was.icon != item.icon {
        call_quietly("setSoftphoneItemIcon", &[("key", item.icon.into())]);
    }
    if was.newest < item.newest {
        call_quietly("setSoftphonePanelVisibility", &[("visible", true.into())]);
    }
}
