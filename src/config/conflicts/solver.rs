//! Conflicts of a solver with models, losses and keys that it does not support.

use super::clash::{Clash, clash, unused};
use super::norm::sites;
use crate::config::choices::{LossName, ModelName, RateName, SolverName};
use crate::config::registry::Values;
use crate::config::rules;
use crate::config::rules::{number, word};
use crate::config::settings::OutputActivation;

/// Returns the conflicts of a solver. Solvers need a linear model and a fixed loss, and ignore many keys.
pub(super) fn solver(values: &Values) -> Vec<Clash> {
    if rules::is_trained(values) {
        return rate(values).into_iter().collect();
    }
    if rules::model(values) != Some(ModelName::Linear) {
        let solver = word(values, "solver");
        return vec![clash(
            &["solver", "model"],
            format!("the solver `{solver}` needs a linear model"),
            "expected \"none\" with this model",
            "use `model = \"linear\"`, or `solver = \"none\"`",
        )];
    }
    loss(values).into_iter().chain(ignored(values)).collect()
}

/// The automatic rate needs the Lipschitz constant of the gradient, which is known for least squares only.
fn rate(values: &Values) -> Option<Clash> {
    (RateName::of(word(values, "lr")) == Some(RateName::Auto)).then(|| {
        clash(
            &["lr", "solver"],
            "`lr = \"auto\"` needs the solver `gd` or `sgd`",
            "expected a number with `solver = \"none\"`",
            "set a number, or vary `solver` and `lr` together in a [zip.…] table",
        )
    })
}

/// Least squares needs a linear output under the squared error, logistic regression a sigmoid output under binary
/// cross-entropy.
fn loss(values: &Values) -> Option<Clash> {
    let (loss, output, other) = match rules::solver(values)? {
        SolverName::Newton => (
            LossName::Bce,
            OutputActivation::Sigmoid,
            "for numeric targets, use `normal-equations`, `gd` or `sgd`",
        ),
        SolverName::NormalEquations | SolverName::Gd | SolverName::Sgd => (
            LossName::Mse,
            OutputActivation::Linear,
            "for two classes, use `newton` with `loss = \"bce\"`",
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
                "the solver `{solver}` needs the loss `{loss}` and a {output} output, not `{}` and {}",
                said.0, said.1
            ),
            format!("expected `loss = \"{loss}\"`"),
            format!("use data and a loss that fit; {other}; or set `solver = \"none\"`"),
        )
    })
}

/// Returns conflicts with keys that would change the loss, or when training stops.
fn ignored(values: &Values) -> Vec<Clash> {
    let normed = |key| !sites(values, key).is_empty();
    let penalized = |key| number(values, key).unwrap_or(0.0) != 0.0;
    let patient = rules::given(values, "patience");
    let patience = ", or use `gradient_tolerance` or `excess_tolerance`";
    let asked = [
        ("weight_decay", penalized("weight_decay"), "penalties", ""),
        ("l1", penalized("l1"), "penalties", ""),
        ("batch_norm", normed("batch_norm"), "normalization", ""),
        ("layer_norm", normed("layer_norm"), "normalization", ""),
        ("patience", patient, "early stopping", patience),
    ];
    let asked = asked.into_iter().filter(|(_, asked, ..)| *asked);
    asked
        .map(|(key, _, what, instead)| {
            unused(
                [key, "solver"],
                "solvers ignore it",
                format!("solvers have no {what}"),
                format!("remove it{instead}, or set `solver = \"none\"`"),
            )
        })
        .collect()
}
