//! Losses of a failing cell before and after fixes: the unchanged cell, and every trained fix.

use crate::diagnose::expectations::count;
use crate::diagnose::fixes::{Failure, LossCurves, SeedCurve, ShownLosses, TrainedFix, pairs};
use crate::report::shared::fixes::has_losses;
use crate::report::shared::series::extent;
use crate::trace::Curve;

/// The losses of a failing cell and of its fixes.
#[derive(Debug, Clone, PartialEq)]
pub struct BeforeAfter {
    /// Which losses are drawn.
    pub followed: ShownLosses,
    /// The unit of the horizontal axis: `epoch` or `step`.
    pub unit: &'static str,
    /// The unchanged cell, the fix that is shown initially, then the other fixes, smallest change first.
    pub lines: Vec<BeforeAfterLine>,
    /// Whether the axis is linear, because some loss is negative.
    pub linear: bool,
}

/// The losses of the unchanged cell or of one fix.
#[derive(Debug, Clone, PartialEq)]
pub struct BeforeAfterLine {
    /// `before`, or `lr = 0.01: works in 5 of 5 seeds`.
    pub label: String,
    /// Whether it is drawn initially: the unchanged cell, and the smallest verified fix; without one, the
    /// fix that works in most seeds.
    pub shown: bool,
    /// Loss curves.
    pub courses: LossCurves,
    /// Lowest and highest visible loss; none without losses.
    pub extent: Option<(f64, f64)>,
}

/// Returns the losses before and after; none without trained fixes, or if no loss can be drawn. `unit` is that of the
/// positions.
pub fn losses(failure: &Failure, unit: &'static str) -> Option<BeforeAfter> {
    let tried: Vec<&TrainedFix> = failure.trials.iter().filter(|t| has_losses(t)).collect();
    let verified = tried.iter().position(|trial| trial.verified);
    let most = tried.iter().map(|trial| trial.cured).max()?;
    let shown = verified.or_else(|| tried.iter().position(|trial| trial.cured == most));
    let line = |label: String, shown: bool, courses: LossCurves| BeforeAfterLine {
        label,
        shown,
        courses,
        extent: None,
    };
    let mut lines = vec![line("before".to_owned(), true, failure.courses.clone())];
    lines.extend(tried.iter().enumerate().map(|(i, trial)| {
        let seeds = count(trial.of, "seed");
        let label = format!(
            "{}: works in {} of {seeds}",
            pairs(&trial.edits),
            trial.cured
        );
        line(label, Some(i) == shown, trial.courses.clone())
    }));
    // The sort is stable: lines that are not shown stay in their order.
    lines.sort_by_key(|line| !line.shown);
    let linear = set_extents(&mut lines);
    let is_empty = lines.iter().all(|line| line.extent.is_none());
    (!is_empty).then_some(BeforeAfter {
        followed: failure.followed,
        unit,
        linear,
        lines,
    })
}

/// Sets the visible range of every line: diverged runs are clipped at ten times the highest loss of all
/// others. Returns whether some loss is negative.
fn set_extents(lines: &mut [BeforeAfterLine]) -> bool {
    let seeds = || lines.iter().flat_map(|line| &line.courses.seeds);
    let linear = seeds().any(|seed| finite(&seed.losses).any(|loss| loss < 0.0));
    let of = |seed: &SeedCurve| extent(finite(&seed.losses).filter(|loss| linear || *loss > 0.0));
    let calm = seeds().filter(|seed| !seed.diverged).filter_map(of);
    let calm = calm.map(|(_, high)| high).reduce(f64::max);
    let most = calm.map_or(f64::INFINITY, |calm| calm + 9.0 * calm.abs());
    let extents: Vec<_> = lines
        .iter()
        .map(|line| {
            let own = line.courses.seeds.iter().filter_map(of);
            let (low, high) = extent(own.flat_map(|(low, high)| [low, high]))?;
            Some((low.min(most), high.min(most)))
        })
        .collect();
    for (line, extent) in lines.iter_mut().zip(extents) {
        line.extent = extent;
    }
    linear
}

fn finite(curve: &Curve) -> impl Iterator<Item = f64> + '_ {
    let values = curve.values.iter().map(|loss| loss.0);
    values.filter(|loss| loss.is_finite())
}
