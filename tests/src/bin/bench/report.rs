//! Figures in a table, and the two ways to sum many up.

pub struct Report {
    title: String,
    rows: Vec<Row>,
}

struct Row {
    what: String,
    figure: String,
    slowed: String,
    unit: String,
    beside: String,
}

impl Report {
    pub fn new(title: &str) -> Self {
        Self { title: title.to_owned(), rows: Vec::new() }
    }

    /// `beside` is the budget, or a peer's figure with the peer's name.
    pub fn row(&mut self, what: &str, figure: f64, unit: &str, beside: &str) {
        self.rows.push(Row {
            what: what.to_owned(),
            figure: printed(figure),
            slowed: String::new(),
            unit: unit.to_owned(),
            beside: beside.to_owned(),
        });
    }

    /// The same on a processor that is so many times slower, beside the last row's figure.
    pub fn slowed(&mut self, figure: f64, rate: u32) {
        if let Some(row) = self.rows.last_mut() {
            row.slowed = format!("{rate}×: {}", printed(figure));
        }
    }

    pub fn print(&self) {
        println!("{}", self.title);
        for Row { what, figure, slowed, unit, beside } in &self.rows {
            println!(
                "{}",
                format!("  {what:<52} {figure:>8} {slowed:>9} {unit:<9} {beside}").trim_end()
            );
        }
        println!();
    }
}

fn printed(figure: f64) -> String {
    if figure < 10.0 { format!("{figure:.2}") } else { format!("{figure:.0}") }
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

/// By how much figures that were taken at equal distances grow from one to the next (least squares).
pub fn slope(figures: &[f64]) -> f64 {
    let mean = figures.iter().sum::<f64>() / figures.len() as f64;
    let centre = (figures.len() as f64 - 1.0) / 2.0;
    let from_centre = |place: usize| place as f64 - centre;
    let (mut rise, mut run) = (0.0, 0.0);
    for (place, figure) in figures.iter().enumerate() {
        rise += from_centre(place) * (figure - mean);
        run += from_centre(place).powi(2);
    }
    rise / run
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
    #[test]
    fn a_slope_is_what_each_step_adds() {
        assert_eq!(slope(&[3.0, 5.0, 7.0, 9.0]), 2.0);
        assert_eq!(slope(&[4.0, 4.0, 4.0]), 0.0);
        // One that stands out in the middle is no growth.
        assert!(slope(&[1.0, 1.0, 9.0, 1.0, 1.0]).abs() < 1e-9);
    }
}
