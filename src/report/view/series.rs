//! A curve that is to be drawn on a logarithmic axis: what can be drawn as it is, and what can't
//! and must be marked all the same.

use crate::trace::Curve;
use serde::Serialize;

/// A value that a log axis has no place for.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Mark {
    /// Where along the curve.
    pub at: f64,
    /// What is there.
    pub kind: MarkKind,
}

/// Kinds of [`Mark`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum MarkKind {
    /// NaN or infinite: drawn at the top edge.
    NotFinite,
    /// Zero or less: drawn at the bottom edge.
    NotPositive,
}

/// A curve with its gaps marked.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Series {
    /// Positions.
    pub x: Vec<f64>,
    /// Positive finite values; `None` where there is a mark instead.
    pub y: Vec<Option<f64>>,
    /// What `y` has no place for. Of neighbours of one kind only the first is marked.
    pub marks: Vec<Mark>,
}

/// Separates what a log axis can show from what must be marked.
pub fn series(points: impl IntoIterator<Item = (f64, f64)>) -> Series {
    let mut series = Series::default();
    let mut before = None;
    for (x, y) in points {
        let kind = if !y.is_finite() {
            Some(MarkKind::NotFinite)
        } else if y <= 0.0 {
            Some(MarkKind::NotPositive)
        } else {
            None
        };
        if let Some(kind) = kind.filter(|kind| before != Some(*kind)) {
            series.marks.push(Mark { at: x, kind });
        }
        before = kind;
        series.x.push(x);
        series.y.push(if kind.is_none() { Some(y) } else { None });
    }
    series
}

/// The points of a stored curve, thinned to about `most`: of every bucket of neighbours the lowest
/// and the highest value stay, or the first that is not finite.
pub fn thinned(curve: &Curve, most: usize) -> Vec<(f64, f64)> {
    let points: Vec<(f64, f64)> = curve
        .epochs
        .iter()
        .zip(&curve.values)
        .map(|(epoch, value)| (*epoch as f64, value.0))
        .collect();
    if points.len() <= most {
        return points;
    }
    let mut kept = Vec::new();
    let size = points.len().div_ceil((most / 2).max(1));
    for (i, bucket) in points.chunks(size).enumerate() {
        if i == 0 {
            // The start is where curves are compared, so that it always stays.
            kept.push(bucket[0]);
        }
        kept.extend(extremes(bucket));
    }
    kept.extend(points.last());
    kept.dedup_by_key(|(x, _)| *x);
    kept
}

fn extremes(bucket: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let lowest = bucket.iter().min_by(|a, b| a.1.total_cmp(&b.1));
    let highest = bucket.iter().max_by(|a, b| a.1.total_cmp(&b.1));
    let lost = bucket.iter().find(|(_, y)| !y.is_finite());
    let mut kept: Vec<(f64, f64)> = [lowest, highest, lost]
        .into_iter()
        .flatten()
        .copied()
        .collect();
    kept.sort_by(|a, b| a.0.total_cmp(&b.0));
    kept.dedup_by_key(|(x, _)| *x);
    kept
}

/// Lowest and highest of some positive values.
pub fn extent(values: impl IntoIterator<Item = f64>) -> Option<(f64, f64)> {
    values.into_iter().fold(None, |extent, v| {
        let (low, high) = extent.unwrap_or((v, v));
        Some((v.min(low), v.max(high)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::Real;

    #[test]
    fn what_a_log_axis_cannot_show_is_marked() {
        let series = series([(1.0, 2.0), (2.0, 0.0), (3.0, -1.0), (4.0, f64::NAN)]);
        assert_eq!(series.y, [Some(2.0), None, None, None]);
        let marks: Vec<_> = series.marks.iter().map(|m| (m.at, m.kind)).collect();
        assert_eq!(
            marks,
            [(2.0, MarkKind::NotPositive), (4.0, MarkKind::NotFinite)]
        );
    }

    #[test]
    fn thinning_keeps_spikes_and_both_ends() {
        let mut values: Vec<Real> = (0..500).map(|_| Real(1.0)).collect();
        values[123] = Real(50.0);
        values[321] = Real(f64::NAN);
        let curve = Curve {
            epochs: (1..=500).collect(),
            values,
            of: 500,
        };
        let points = thinned(&curve, 40);
        assert!(points.len() <= 64, "{}", points.len());
        assert_eq!((points[0].0, points[points.len() - 1].0), (1.0, 500.0));
        assert!(points.contains(&(124.0, 50.0)));
        assert!(points.iter().any(|(x, y)| *x == 322.0 && y.is_nan()));
        assert!(points.is_sorted_by(|a, b| a.0 < b.0));
    }
}
