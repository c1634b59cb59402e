//! Figures in a table, and the two ways to sum many up.

pub struct Report {
    title: String,
    rows: Vec<[String; 4]>,
}

impl Report {
    pub fn new(title: &str) -> Self {
        Self { title: title.to_owned(), rows: Vec::new() }
    }

    /// `beside` is the budget, or a peer's figure with the peer's name.
    pub fn row(&mut self, what: &str, figure: f64, unit: &str, beside: &str) {
        let figure = if figure < 10.0 { format!("{figure:.2}") } else { format!("{figure:.0}") };
        self.rows.push([what.to_owned(), figure, unit.to_owned(), beside.to_owned()]);
    }

    pub fn print(&self) {
        println!("{}", self.title);
        for [what, figure, unit, beside] in &self.rows {
            println!("{}", format!("  {what:<52} {figure:>8} {unit:<9} {beside}").trim_end());
        }
        println!();
    }
}

/// The smallest figure that `share` of all figures do not exceed; nothing of nothing.
pub fn percentile(figures: &[f64], share: f64) -> f64 {
    let mut sorted = figures.to_vec();
    sorted.sort_by(f64::total_cmp);
    let rank = (share * sorted.len() as f64).ceil() as usize;
    sorted.get(rank.max(1) - 1).copied().unwrap_or(f64::NAN)
}

pub fn median(figures: &[f64]) -> f64 {
    percentile(figures, 0.5)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_is_one_of_the_figures() {
        let figures: Vec<f64> = (1..=100).rev().map(f64::from).collect();

        assert_eq!(
            [0.5, 0.95, 0.99, 1.0].map(|it| percentile(&figures, it)),
            [50.0, 95.0, 99.0, 100.0]
        );
        assert_eq!(median(&[3.0]), 3.0);
        assert!(median(&[]).is_nan());
    }
}
