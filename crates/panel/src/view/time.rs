//! Times as people say them: relative under an hour, absolute after.

use texts::Catalogue;
use yew::{Html, hook, html};

/// `at` in seconds since the Unix epoch, `now` in milliseconds.
pub fn past(texts: &Catalogue, now: u64, at: u64) -> String {
    match (now / 1_000).saturating_sub(at) / 60 {
        0 => texts.time.just_now.to_owned(),
        minutes @ 1..60 => texts.time.minutes_ago.with(&[("minutes", &minutes.to_string())]),
        _ => absolute(texts, now, at),
    }
}

pub fn future(texts: &Catalogue, now: u64, at: u64) -> String {
    match at.saturating_sub(now / 1_000).div_ceil(60) {
        0 | 1 => texts.time.within_a_minute.to_owned(),
        minutes @ 2..60 => texts.time.in_minutes.with(&[("minutes", &minutes.to_string())]),
        _ => absolute(texts, now, at),
    }
}

/// Whole seconds until `at`, both in milliseconds; nothing once it has come.
pub fn seconds_until(now: u64, at: u64) -> Option<u64> {
    match at.saturating_sub(now).div_ceil(1_000) {
        0 => None,
        seconds => Some(seconds),
    }
}

/// A row that is read by the second.
pub fn countdown(sentence: String) -> Html {
    html! { <p class="secondary countdown">{sentence}</p> }
}

/// As much of the date as tells the time from `now`.
fn absolute(texts: &Catalogue, now: u64, at: u64) -> String {
    let today = Local::of(now);
    let Local { year, month, day, hour, minute } = Local::of(at * 1_000);
    let template = if (year, month, day) == (today.year, today.month, today.day) {
        texts.time.at
    } else if year == today.year {
        texts.time.on
    } else {
        texts.time.on_in
    };
    let day = if day == 1 { texts.time.first.to_owned() } else { day.to_string() };
    template.with(&[
        ("hour", &two_digits(hour)),
        ("minute", &two_digits(minute)),
        ("day", &day),
        ("month", texts.time.months[(month - 1) as usize]),
        ("year", &year.to_string()),
    ])
}

fn two_digits(number: u32) -> String {
    format!("{number:02}")
}

/// A moment on the agent's own clock and calendar.
struct Local {
    year: i32,
    month: u32,
    day: u32,
    hour: u32,
    minute: u32,
}

impl Local {
    #[cfg(target_arch = "wasm32")]
    fn of(milliseconds: u64) -> Self {
        let date = js_sys::Date::new(&(milliseconds as f64).into());
        Self {
            year: date.get_full_year() as i32,
            month: date.get_month() + 1,
            day: date.get_date(),
            hour: date.get_hours(),
            minute: date.get_minutes(),
        }
    }

    /// Outside the browser there is no agent, and UTC will do.
    #[cfg(not(target_arch = "wasm32"))]
    fn of(milliseconds: u64) -> Self {
        let minutes = (milliseconds / 60_000) as i64;
        let (year, month, day) = civil(minutes.div_euclid(24 * 60));
        let (hour, minute) = ((minutes / 60 % 24) as u32, (minutes % 60) as u32);
        Self { year, month, day, hour, minute }
    }
}

/// Days since the Unix epoch in the Gregorian calendar, counted in eras of 400 years that begin in March.
#[cfg(not(target_arch = "wasm32"))]
fn civil(days: i64) -> (i32, u32, u32) {
    let days = days + 719_468;
    let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year as i32, month as u32, day as u32)
}

/// The later of what the runtime said and a clock of our own, which goes on between two snapshots.
#[cfg(target_arch = "wasm32")]
#[hook]
pub fn use_now(said: u64, every: u32) -> u64 {
    let ticked = yew::use_state_eq(|| said);
    let set = ticked.setter();
    yew::use_effect_with(every, move |&every| {
        let interval = gloo::timers::callback::Interval::new(every, move || {
            set.set(js_sys::Date::now() as u64);
        });
        move || drop(interval)
    });
    said.max(*ticked)
}

#[cfg(not(target_arch = "wasm32"))]
#[hook]
pub fn use_now(said: u64, _every: u32) -> u64 {
    said
}

#[cfg(test)]
mod tests {
    use super::*;
    use texts::{Language, catalogue};

    /// 2026-11-24, 10:30 UTC.
    const NOW: u64 = 1_795_516_200_000;
    const MINUTE: u64 = 60;
    const HOUR: u64 = 60 * MINUTE;

    #[test]
    fn a_time_is_relative_under_an_hour_and_absolute_after() {
        let ago = |seconds| past(catalogue(Language::En), NOW, NOW / 1_000 - seconds);

        assert_eq!(ago(0), "just now");
        assert_eq!(ago(59), "just now");
        assert_eq!(ago(12 * MINUTE), "12 min ago");
        assert_eq!(ago(HOUR - 1), "59 min ago");
        assert_eq!(ago(HOUR), "at 09:30");
        assert_eq!(ago(24 * HOUR), "on 23 Nov, 10:30");
        assert_eq!(ago(365 * 24 * HOUR), "on 24 Nov 2025, 10:30");
    }

    #[test]
    fn what_is_to_come_is_never_said_to_come_too_early() {
        let in_ = |seconds| future(catalogue(Language::En), NOW, NOW / 1_000 + seconds);

        assert_eq!(in_(0), "within a minute");
        assert_eq!(in_(61), "in 2 min");
        assert_eq!(in_(59 * MINUTE), "in 59 min");
        assert_eq!(in_(2 * HOUR), "at 12:30");
        assert_eq!(in_(14 * HOUR), "on 25 Nov, 00:30");
    }

    #[test]
    fn a_countdown_ends_at_one() {
        assert_eq!(seconds_until(NOW, NOW + 8_000), Some(8));
        assert_eq!(seconds_until(NOW, NOW + 1), Some(1));
        assert_eq!(seconds_until(NOW, NOW), None);
        assert_eq!(seconds_until(NOW, 0), None);
    }

    #[test]
    fn the_calendar_has_leap_days() {
        assert_eq!(civil(0), (1970, 1, 1));
        assert_eq!(civil(11_016), (2000, 2, 29));
        assert_eq!(civil(19_782), (2024, 2, 29));
        assert_eq!(civil(20_512), (2026, 2, 28));
        assert_eq!(civil(20_513), (2026, 3, 1));
    }
}
