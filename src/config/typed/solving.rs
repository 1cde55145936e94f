//! The settings of a cell with a solver. What a solver does not use has one value in all
//! such cells, so that they are the same run however the file puts it.

use super::parts::variant;
use crate::config::choices::SolverName;
use crate::config::conflicts::Clash;
use crate::config::registry::Values;
use crate::config::rules::{given, number};
use crate::config::settings::{
    BatchSize, Budget, Clip, Init, LrSchedule, OptimizerSettings, Precision, Sampling, Settings,
    Solver, Solving,
};

/// What finds the weights, if not the trainer.
///
/// # Errors
/// A word that is not implemented.
pub(super) fn solving(values: &Values) -> Result<Option<Solving>, Clash> {
    use Solver::{Gd, Newton, NormalEquations, Sgd};
    let solver = match variant(values, "solver", SolverName::of)? {
        SolverName::None => return Ok(None),
        SolverName::NormalEquations => NormalEquations,
        SolverName::Gd => Gd,
        SolverName::Sgd => Sgd,
        SolverName::Newton => Newton,
    };
    let tolerance = |key: &str, of: &[Solver]| {
        let used = of.contains(&solver) && given(values, key);
        used.then(|| number(values, key)).flatten()
    };
    Ok(Some(Solving {
        solver,
        gradient_tolerance: tolerance("gradient_tolerance", &[Gd, Sgd, Newton]),
        excess_tolerance: tolerance("excess_tolerance", &[Gd, Sgd]),
    }))
}

/// Leaves out what a solver makes no use of; other cells stay as they are.
pub(super) fn settled(settings: Settings) -> Settings {
    let Some(Solving { solver, .. }) = settings.solving else {
        return settings;
    };
    let mut settings = Settings {
        optimizer: OptimizerSettings::Sgd {
            momentum: 0.0,
            nesterov: false,
        },
        schedule: LrSchedule::Constant,
        warmup: 0,
        clip: Clip::default(),
        precision: Precision::F64,
        // Solvers start from w = 0.
        init: Init::Constant(0.0),
        output_bias: None,
        ..settings
    };
    let mut whole = || {
        settings.batch = BatchSize::Full;
        settings.sampling = Sampling::Epochs;
    };
    match solver {
        Solver::Sgd => {}
        Solver::Gd => whole(),
        Solver::Newton => {
            whole();
            settings.lr = 0.0;
        }
        Solver::NormalEquations => {
            whole();
            settings.lr = 0.0;
            settings.budget = Budget::Steps(1);
        }
    }
    settings
}
