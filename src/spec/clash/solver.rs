//! A solver with what it can't solve, or has no use for.

use super::norm::sites;
use super::{Clash, clash};
use crate::spec::choices::{LossName, ModelName, RateName, SolverName};
use crate::spec::rules::{self, number, word};
use crate::spec::settings::OutputActivation;
use crate::spec::value::Values;

/// Solvers are of linear models, each under its own loss and under nothing but that.
pub(super) fn solver(values: &Values) -> Vec<Clash> {
    if rules::is_trained(values) {
        return rate(values).into_iter().collect();
    }
    if rules::model(values) != Some(ModelName::Linear) {
        let solver = word(values, "solver");
        return vec![clash(
            &["solver", "model"],
            format!("the solver `{solver}` is for linear models"),
            "expected \"none\" with this model",
            "take `model = \"linear\"`, or `solver = \"none\"`",
        )];
    }
    loss(values).into_iter().chain(idle(values)).collect()
}

/// Of least squares it is known how large a step may be, of a network it is not.
fn rate(values: &Values) -> Option<Clash> {
    (RateName::of(word(values, "lr")) == Some(RateName::Auto)).then(|| {
        clash(
            &["lr", "solver"],
            "`lr = \"auto\"` is for the solvers `gd` and `sgd`",
            "expected a number for the trainer",
            "give a number, or vary `solver` and `lr` together in a [zip.…] table",
        )
    })
}

/// Least squares is a linear output under the square loss, logistic regression a sigmoid one under
/// cross-entropy.
fn loss(values: &Values) -> Option<Clash> {
    let (loss, output, other) = match rules::solver(values)? {
        SolverName::Newton => (
            LossName::Bce,
            OutputActivation::Sigmoid,
            "for a number to predict, `normal-equations`, `gd` or `sgd`",
        ),
        SolverName::NormalEquations | SolverName::Gd | SolverName::Sgd => (
            LossName::Mse,
            OutputActivation::Linear,
            "for two classes, `newton` under `loss = \"bce\"`",
        ),
        SolverName::None => return None,
    };
    let solver = word(values, "solver");
    let (loss, output) = (loss.name(), output.name());
    let said = (
        rules::loss(values).map_or("", LossName::name),
        word(values, "output"),
    );
    (said != (loss, output)).then(|| {
        clash(
            &["solver", "loss", "output", "data.source"],
            format!(
                "the solver `{solver}` is for the loss `{loss}` of a {output} output, not `{}` of a {} one",
                said.0, said.1
            ),
            format!("expected `loss = \"{loss}\"` with it"),
            format!("take rows and a loss that go with it; or {other}; or `solver = \"none\"`"),
        )
    })
}

/// What would change the risk that is minimised, or when to stop.
fn idle(values: &Values) -> Vec<Clash> {
    let normed = |key| !sites(values, key).is_empty();
    let penalised = |key| number(values, key).unwrap_or(0.0) != 0.0;
    let waits = rules::given(values, "patience");
    let asked = [
        (
            "weight_decay",
            penalised("weight_decay"),
            "a penalty",
            "`weight_decay = 0`",
        ),
        ("l1", penalised("l1"), "a penalty", "`l1 = 0`"),
        (
            "batch_norm",
            normed("batch_norm"),
            "a normalisation",
            "`batch_norm = []`",
        ),
        (
            "layer_norm",
            normed("layer_norm"),
            "a normalisation",
            "`layer_norm = []`",
        ),
        (
            "patience",
            waits,
            "validation rows",
            "`gradient_tolerance` or `excess_tolerance`",
        ),
    ];
    let asked = asked.into_iter().filter(|(_, asked, ..)| *asked);
    asked
        .map(|(key, _, what, instead)| {
            clash(
                &[key, "solver"],
                format!("a solver knows nothing of {what}: `{key}` is for the trainer"),
                "expected none of it with this solver",
                format!("drop it; take {instead}, or `solver = \"none\"`"),
            )
        })
        .collect()
}
