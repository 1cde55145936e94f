//! Small training curves for rows of the table: the median over the seeds of a cell. All cells share the
//! same logarithmic axes, so that rows can be compared.

use super::outcome::diverged;
use super::series::{extent, thinned};
use crate::results::CellResults;
use crate::trace::Curve;
use serde::Serialize;

/// Approximate number of points of a curve; thinning keeps the extremes.
const POINTS: usize = 24;
/// Size of the drawing, including a margin for the crosses.
const WIDTH: f64 = 200.0;
const HEIGHT: f64 = 56.0;
const MARGIN: f64 = 6.0;

/// Paths of an SVG of 200 × 56; empty without a curve.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Spark {
    /// The median over the seeds, with gaps at values that are not finite and positive.
    pub line: String,
    /// Crosses at the top, one for each diverged seed.
    pub lost: String,
}

/// Returns one curve per cell, on common axes.
pub fn sparks(cells: &[CellResults]) -> Vec<Spark> {
    let medians: Vec<Vec<(f64, f64)>> = cells.iter().map(median).collect();
    let points = || medians.iter().flatten();
    // A log axis can't show the start.
    let epochs = extent(points().map(|(x, _)| *x).filter(|x| *x > 0.0));
    // Diverged curves are clipped at the top, so that they do not flatten the others.
    let sound = |(cell, line): (&CellResults, &Vec<(f64, f64)>)| {
        let calm = !cell.traces().any(diverged);
        calm.then(|| line.clone())
    };
    let sound: Vec<(f64, f64)> = cells
        .iter()
        .zip(&medians)
        .filter_map(sound)
        .flatten()
        .collect();
    let drawn = |(_, y): &(f64, f64)| *y > 0.0 && y.is_finite();
    let losses = extent(sound.iter().filter(|p| drawn(p)).map(|(_, y)| *y))
        .or_else(|| extent(points().filter(|p| drawn(p)).map(|(_, y)| *y)));
    let (Some(epochs), Some(losses)) = (epochs, losses) else {
        return vec![Spark::default(); cells.len()];
    };
    let axes = SparkAxes { epochs, losses };
    let spark = |(cell, line): (&CellResults, &Vec<(f64, f64)>)| Spark {
        line: axes.line(line),
        lost: axes.crosses(cell),
    };
    cells.iter().zip(&medians).map(spark).collect()
}

/// Returns the curves before and after a change, on axes of their own; none if nothing can be drawn.
pub fn pair(before: &Curve, after: &Curve) -> Option<[String; 2]> {
    let curves = [before, after].map(|curve| thinned(curve, POINTS));
    let points = || curves.iter().flatten();
    let seen = points().map(|(_, loss)| *loss);
    let axes = SparkAxes {
        epochs: extent(
            points()
                .map(|(epoch, _)| *epoch)
                .filter(|epoch| *epoch > 0.0),
        )?,
        losses: extent(seen.filter(|loss| *loss > 0.0 && loss.is_finite()))?,
    };
    Some(curves.map(|curve| axes.line(&curve)))
}

/// Returns the thinned median over the seeds.
fn median(cell: &CellResults) -> Vec<(f64, f64)> {
    let traces = cell.traces();
    let curves: Vec<_> = traces.map(|t| (t.curve_by_epoch(), diverged(t))).collect();
    let curves: Vec<_> = curves.iter().map(|(curve, lost)| (curve, *lost)).collect();
    thinned(&crate::trace::median(&curves), POINTS)
}

/// Ranges of epochs and losses of the drawing.
struct SparkAxes {
    epochs: (f64, f64),
    losses: (f64, f64),
}

impl SparkAxes {
    /// Returns the horizontal position, on a log scale as in the large figure.
    fn x(&self, epoch: f64) -> f64 {
        MARGIN + share(epoch, self.epochs) * (WIDTH - 2.0 * MARGIN)
    }

    /// Returns the vertical position from the top; values above the axis are at the top edge.
    fn y(&self, loss: f64) -> f64 {
        HEIGHT - MARGIN - share(loss, self.losses) * (HEIGHT - 2.0 * MARGIN)
    }

    /// Returns a path with whole coordinates, without the inner points of horizontal pieces.
    fn line(&self, points: &[(f64, f64)]) -> String {
        let seen = |(_, loss): &(f64, f64)| *loss > 0.0 && loss.is_finite();
        let mut path = String::new();
        for stretch in points.split(|point| !seen(point)) {
            let places: Vec<(i64, i64)> = stretch
                .iter()
                .map(|(epoch, loss)| (self.x(*epoch).round() as i64, self.y(*loss).round() as i64))
                .collect();
            for (i, (x, y)) in places.iter().enumerate() {
                let is_level =
                    |j: Option<usize>| j.and_then(|j| places.get(j)).is_some_and(|p| p.1 == *y);
                if is_level(i.checked_sub(1)) && is_level(Some(i + 1)) {
                    continue;
                }
                let step = if i == 0 { 'M' } else { 'L' };
                path.push_str(&format!("{step}{x} {y}"));
            }
        }
        path
    }

    fn crosses(&self, cell: &CellResults) -> String {
        let lost = cell.traces().filter(|t| diverged(t));
        let cross = |epoch: u64| {
            format!(
                "M{:.0} 1l10 10m0-10l-10 10",
                self.x(epoch.max(1) as f64) - 5.0
            )
        };
        let mut crosses: Vec<String> = lost
            .map(|t| cross(t.epoch_of(t.curve.at.last().copied().unwrap_or(1))))
            .collect();
        crosses.dedup();
        crosses.concat()
    }
}

/// Returns the position of a value between two others on a log scale, from 0 to 1.
fn share(value: f64, (low, high): (f64, f64)) -> f64 {
    let span = high.ln() - low.ln();
    match span > 0.0 {
        true => ((value.ln() - low.ln()) / span).clamp(0.0, 1.0),
        false => 0.5,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testkit::fixture;

    #[test]
    fn a_small_curve_follows_the_loss_and_marks_diverged_seeds() {
        let (_, results) = fixture::learning_rates(5);
        let sparks = sparks(&results.cells);
        let height = |line: &str| -> f64 {
            let last = line.rsplit(' ').next().unwrap_or_default();
            last.parse().unwrap_or(f64::NAN)
        };
        assert!(height(&sparks[3].line) > height(&sparks[0].line) + 20.0);
        assert_eq!(sparks[3].lost, "");
        // All five seeds of the highest rate, at five epochs.
        assert_eq!(sparks[5].lost.matches('M').count(), 5);
        assert!(sparks.iter().all(|spark| !spark.line.contains("NaN")));
    }
}
