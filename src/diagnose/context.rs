//! What a rule knows about other runs: skills to compare with. [`super::sweep_skills`] collects them.

/// What a rule knows about other runs.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Context {
    /// The best training skill of any run of the sweep on these rows, at its best evaluation.
    pub best_skill: Option<f64>,
    /// The skill of a reference run on this data, if no cell of the sweep is good.
    pub reference_skill: Option<f64>,
    /// The reachable skill according to the file.
    pub target: Option<f64>,
    /// Skills of the other seeds of the same cell.
    pub other_seeds: Vec<f64>,
    /// The best skill of the same cell with momentum or Adam, if the sweep has such a cell.
    pub with_momentum: Option<f64>,
    /// The best skill of the same initial network with other settings, as a fraction of the reference
    /// skill.
    pub same_start: Option<f64>,
}
