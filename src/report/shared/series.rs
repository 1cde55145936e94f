//! Curves for a logarithmic axis: values that it can show, and marks for those that it can't.

use crate::trace::Curve;
use serde::Serialize;

/// A value that a log axis can't show.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Mark {
    /// Position along the curve.
    pub at: f64,
    /// Kind of value.
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

/// A curve with marked gaps.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Series {
    /// Positions.
    pub x: Vec<f64>,
    /// Positive finite values; `None` for a marked value.
    pub y: Vec<Option<f64>>,
    /// Marks of all other values; only the first of consecutive ones of the same kind.
    pub marks: Vec<Mark>,
}

/// Separates values that a log axis can show from those to mark.
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

/// Returns the points of a stored curve, thinned to about `most`.
pub fn thinned(curve: &Curve, most: usize) -> Vec<(f64, f64)> {
    let points = curve.thinned(most);
    points
        .points()
        .map(|(epoch, y)| (epoch as f64, y))
        .collect()
}

/// Returns the lowest and the highest value; `None` without values.
pub fn extent(values: impl IntoIterator<Item = f64>) -> Option<(f64, f64)> {
    values.into_iter().fold(None, |extent, v| {
        let (low, high) = extent.unwrap_or((v, v));
        Some((v.min(low), v.max(high)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_that_a_log_axis_cannot_show_are_marked() {
        let series = series([(1.0, 2.0), (2.0, 0.0), (3.0, -1.0), (4.0, f64::NAN)]);
        assert_eq!(series.y, [Some(2.0), None, None, None]);
        let marks: Vec<_> = series.marks.iter().map(|m| (m.at, m.kind)).collect();
        assert_eq!(
            marks,
            [(2.0, MarkKind::NotPositive), (4.0, MarkKind::NotFinite)]
        );
    }
}
