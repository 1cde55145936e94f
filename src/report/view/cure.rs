//! How the losses of a failing cell went before a change and after it: the cell as it is, and every
//! change that was tried on it.

use super::series::extent;
use crate::expect::count;
use crate::fix::{Course, Courses, Failure, Followed, Trial, pairs};
use crate::trace::Curve;

/// The losses of a failing cell, and of what was tried on it.
#[derive(Debug, Clone, PartialEq)]
pub struct Cure {
    /// What is drawn.
    pub followed: Followed,
    /// The cell as it is, what is drawn beside it at first, then the other changes, the smallest first.
    pub lines: Vec<CureLine>,
    /// Whether some risk goes below zero, where a log axis has no place.
    pub linear: bool,
}

/// One of them.
#[derive(Debug, Clone, PartialEq)]
pub struct CureLine {
    /// `before`, or `lr = 0.01: 5 of 5 seeds cured`.
    pub label: String,
    /// Whether it is drawn at first: the cell, and the smallest change that is verified; where none is,
    /// the first of those that cured most seeds.
    pub shown: bool,
    /// How its losses went.
    pub courses: Courses,
    /// Lowest and highest loss to be seen where it is drawn; none where it has none.
    pub extent: Option<(f64, f64)>,
}

/// Whether something was tried on a cell whose losses are kept.
pub fn is_drawn(failure: &Failure) -> bool {
    failure.trials.iter().any(has_losses)
}

fn has_losses(trial: &Trial) -> bool {
    !trial.courses.seeds.is_empty()
}

/// The losses before and after; none where nothing was tried, or no loss can be drawn.
pub fn cure(failure: &Failure) -> Option<Cure> {
    let tried: Vec<&Trial> = failure.trials.iter().filter(|t| has_losses(t)).collect();
    let verified = tried.iter().position(|trial| trial.verified);
    let most = tried.iter().map(|trial| trial.cured).max()?;
    let shown = verified.or_else(|| tried.iter().position(|trial| trial.cured == most));
    let line = |label: String, shown: bool, courses: Courses| CureLine {
        label,
        shown,
        courses,
        extent: None,
    };
    let mut lines = vec![line("before".to_owned(), true, failure.courses.clone())];
    lines.extend(tried.iter().enumerate().map(|(i, trial)| {
        let seeds = count(trial.of, "seed");
        let label = format!("{}: {} of {seeds} cured", pairs(&trial.edits), trial.cured);
        line(label, Some(i) == shown, trial.courses.clone())
    }));
    // Stable: the others stay in their order, behind what is drawn.
    lines.sort_by_key(|line| !line.shown);
    let linear = set_extents(&mut lines);
    let is_empty = lines.iter().all(|line| line.extent.is_none());
    (!is_empty).then_some(Cure {
        followed: failure.followed,
        linear,
        lines,
    })
}

/// Says of every line what is to be seen of it: the heights of what diverged are cut off above ten times
/// what anything else reaches. Gives whether some loss is below zero.
fn set_extents(lines: &mut [CureLine]) -> bool {
    let seeds = || lines.iter().flat_map(|line| &line.courses.seeds);
    let linear = seeds().any(|seed| finite(&seed.losses).any(|loss| loss < 0.0));
    let of = |seed: &Course| extent(finite(&seed.losses).filter(|loss| linear || *loss > 0.0));
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
