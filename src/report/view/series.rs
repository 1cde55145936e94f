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

/// The points of a stored curve, thinned to about `most`.
pub fn thinned(curve: &Curve, most: usize) -> Vec<(f64, f64)> {
    let points = curve.thinned(most);
    points
        .points()
        .map(|(epoch, y)| (epoch as f64, y))
        .collect()
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
}
