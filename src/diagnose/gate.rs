//! Whether a run learned: its skill against the best that is known for its data.
//!
//! A root cause is named only for a run that failed. What counts as failure has no unit and knows
//! the data: noise alone can keep a sound network from a skill of 1, and then the best skill that
//! any run or the best linear model reached says how much there is to learn.

use super::Context;
use super::finding::Threshold;
use crate::spec::settings::{Model, Settings};
use crate::trace::{Outcome, Trace};

/// Skill as a share of the best known.
pub const LEARNED: Threshold = Threshold {
    quantity: "skill, as a share of the best known",
    value: 0.85,
    healthy: (0.85, 1.0),
    why: "over 20 seeds of every experiment the cures end above it and the failures below",
};

/// How a run stands.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Gate {
    /// 1 − L/L₀ at the end; −∞ where training fell to pieces.
    pub skill: f64,
    /// The best skill known.
    pub best: f64,
    /// Where that is from.
    pub source: &'static str,
}

impl Gate {
    /// Of a run that came to its end.
    pub fn of(trace: &Trace, settings: &Settings, context: &Context) -> Gate {
        let (best, source) = best(settings, context);
        let diverged = matches!(trace.outcome, Outcome::Diverged { .. });
        let skill = trace.skill().filter(|skill| skill.is_finite() && !diverged);
        Gate {
            skill: skill.unwrap_or(f64::NEG_INFINITY),
            best,
            source,
        }
    }

    /// The least skill that counts as learned.
    pub fn bar(&self) -> f64 {
        LEARNED.value * self.best
    }

    /// Whether the run reached it.
    pub fn is_passed(&self) -> bool {
        self.skill >= self.bar()
    }
}

/// The best skill known, and where from. Without any, perfection: 1.
fn best(settings: &Settings, context: &Context) -> (f64, &'static str) {
    if let Model::Risk(_) = settings.model {
        return (1.0, "the global minimum");
    }
    let known = [
        (context.best_skill, "the best run of this data"),
        (context.with_momentum, "the same cell with momentum or Adam"),
    ];
    let seeds = context
        .other_seeds
        .iter()
        .map(|skill| (*skill, "another seed"));
    let known = known
        .into_iter()
        .filter_map(|(skill, of)| Some((skill?, of)));
    let finite = known.chain(seeds).filter(|(skill, _)| skill.is_finite());
    let best = finite.max_by(|a, b| a.0.total_cmp(&b.0));
    match best {
        Some((skill, source)) if context.best_skill.is_some() && skill > 0.0 => (skill, source),
        _ => (1.0, "perfection, since no other run of this data is known"),
    }
}
