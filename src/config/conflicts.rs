//! Conflicts: values that are valid separately, but not together.

mod clash;
mod labels;
mod norm;
mod rows;
mod solver;
mod update;

pub use clash::Clash;
pub(super) use clash::unimplemented;
pub(crate) use rows::large_batch;

use super::choices::{InitName, LossName, SourceName};
use super::registry::Values;
use super::rules::{self, Target, count, number, word};
use super::settings::OutputActivation;
use clash::clash;

/// Returns every conflict of a completed cell.
pub(crate) fn find(values: &Values) -> Vec<Clash> {
    let checks = [
        shape,
        rivals,
        norm::norm,
        output,
        loss,
        labels::smoothing,
        labels::weights,
        update::optimizer,
        update::warmup,
        risk,
        solver::solver,
        rows::split,
        rows::features,
        rows::targets,
    ];
    checks.iter().flat_map(|check| check(values)).collect()
}

fn given(values: &Values, key: &str) -> bool {
    rules::given(values, key)
}

fn rivals(values: &Values) -> Vec<Clash> {
    let mut found = Vec::new();
    for key in ["depth", "width"] {
        if given(values, "hidden") && given(values, key) && !rules::is_risk(values) {
            found.push(clash(
                &["hidden", key],
                format!("`hidden` and `{key}` both set the size of the hidden layers"),
                format!("`hidden` replaces `{key}`"),
                format!("remove `{key}`, or remove `hidden`"),
            ));
        }
    }
    if given(values, "epochs") && given(values, "steps") {
        found.push(clash(
            &["steps", "epochs"],
            "`epochs` and `steps` both set the budget",
            "only one of the two is allowed",
            "remove `epochs` or `steps`",
        ));
    }
    if given(values, "data.folds") && given(values, "data.validation") {
        found.push(clash(
            &["data.validation", "data.folds"],
            "`folds` and `validation` both select validation rows",
            "a fold replaces them",
            "remove `validation` or `folds`",
        ));
    }
    found
}

fn shape(values: &Values) -> Vec<Clash> {
    let mut found = Vec::new();
    if rules::is_residual(values) {
        if given(values, "hidden") {
            found.push(clash(
                &["hidden", "model"],
                "a residual network needs hidden layers of equal width",
                "`hidden` is for `model = \"mlp\"`",
                "set `depth` (hidden layers in all blocks) and `width` instead",
            ));
        } else if let (Some(depth), Some(block)) = (count(values, "depth"), count(values, "block"))
            && depth % block != 0
        {
            let down = depth - depth % block;
            let near = match down {
                0 => String::new(),
                down => format!("`depth = {down}` or "),
            };
            let message = format!(
                "`depth = {depth}` is not a multiple of `block = {block}`, the hidden layers of a residual block"
            );
            found.push(clash(
                &["depth", "block", "model"],
                message,
                format!("expected a multiple of {block}"),
                format!("use {near}`depth = {}`, or another `block`", down + block),
            ));
        }
    }
    found
}

fn output(values: &Values) -> Vec<Clash> {
    if rules::is_risk(values) {
        return Vec::new();
    }
    let output = OutputActivation::of(word(values, "output"));
    let (Some(loss), Some(output)) = (rules::loss(values), output) else {
        return Vec::new();
    };
    use {LossName::*, OutputActivation::*};
    let wanted = match (loss, output) {
        (Bce, Sigmoid) | (CrossEntropy, Softmax) | (Mse | Mae | Huber, Linear | Sigmoid) => {
            return Vec::new();
        }
        (Bce, Linear | Softmax) => Sigmoid,
        (CrossEntropy, Linear | Sigmoid) => Softmax,
        (Mse | Mae | Huber, Softmax) => {
            let loss = loss.name();
            return vec![clash(
                &["output", "loss"],
                format!("the loss `{loss}` does not work with a softmax output"),
                "softmax needs `loss = \"cross-entropy\"`",
                "use `loss = \"cross-entropy\"`, or a linear or sigmoid output",
            )];
        }
    };
    let (loss, output, wanted) = (loss.name(), output.name(), wanted.name());
    vec![clash(
        &["output", "loss"],
        format!("the loss `{loss}` needs a {wanted} output, not a {output} one"),
        format!("expected \"{wanted}\" with `loss = \"{loss}\"`"),
        format!("remove `output`, or set it to \"{wanted}\""),
    )]
}

fn loss(values: &Values) -> Vec<Clash> {
    if rules::is_risk(values) {
        return Vec::new();
    }
    let Some(of) = rules::loss(values) else {
        return Vec::new();
    };
    let loss = of.name();
    let keys = &["loss", "data.source", "data.classes"];
    let file = rules::is_file(values);
    use LossName::*;
    match (rules::target(values), of) {
        (Target::Number, Bce | CrossEntropy) => vec![clash(
            keys,
            format!("the loss `{loss}` needs classes, and the target is a number"),
            "expected \"mse\", \"mae\" or \"huber\" for numbers",
            match file {
                true => {
                    "use `loss = \"mse\"`, or declare the numbers as classes: `task = \"classification\"` next to `target`"
                }
                false => {
                    "use `loss = \"mse\"`, or a source with classes (moons, circles, spirals, blobs, xor)"
                }
            },
        )],
        (Target::Classes(n), Mae | Huber) => vec![clash(
            keys,
            format!("the loss `{loss}` needs a number, and the target is a class"),
            match n {
                2 => "expected \"bce\", \"cross-entropy\" or \"mse\" for two classes",
                _ => "expected \"cross-entropy\" for more than two classes",
            },
            match file {
                true => {
                    "remove `loss`, or declare the classes as numbers: `task = \"regression\"` next to `target`"
                }
                false => {
                    "remove `loss`, or use a source with a numeric target (sine, wiggle, linear, gaussian)"
                }
            },
        )],
        (Target::Classes(n), Bce | Mse) if n > 2 => vec![clash(
            keys,
            format!("the loss `{loss}` is for one output, but there are {n} classes"),
            "expected \"cross-entropy\" for more than two classes",
            match file {
                true => "use `loss = \"cross-entropy\"`, or remove `loss`",
                false => "use `loss = \"cross-entropy\"`, or two classes",
            },
        )],
        (Target::Number, Mse | Mae | Huber)
        | (Target::Classes(_), Bce | Mse | CrossEntropy)
        | (Target::Unknown | Target::Nothing, _) => Vec::new(),
    }
}

fn risk(values: &Values) -> Vec<Clash> {
    let model = word(values, "model");
    if !rules::is_risk(values) {
        let noisy = number(values, "gradient_noise").unwrap_or(0.0) != 0.0;
        let noise = noisy.then(|| {
            clash(
                &["gradient_noise", "model"],
                "`gradient_noise` is for one-weight models",
                format!("a `{model}` model has noise from its batches"),
                "remove `gradient_noise`, or use `model = \"ripples\"` or \"double-well\"",
            )
        });
        let rows = (rules::source(values).is_empty() || source_is_none(values)).then(|| {
            clash(
                &["data.source", "model"],
                format!("the model `{model}` needs data"),
                "no data source",
                "set one in [data]: source = \"sine\", or { csv = \"…\", target = \"…\" }",
            )
        });
        return noise.into_iter().chain(rows).collect();
    }
    let mut found = Vec::new();
    if !source_is_none(values) {
        found.push(clash(
            &["data.source", "model"],
            format!("the one-weight model `{model}` has no data"),
            "expected \"none\"",
            "set `source = \"none\"`, remove it, or use another model",
        ));
    }
    let is_of_layers = |init: &InitName| match init {
        InitName::He
        | InitName::Lecun
        | InitName::Glorot
        | InitName::Orthogonal
        | InitName::Torch => true,
        InitName::Zeros | InitName::Ones => false,
    };
    if let Some(init) = InitName::of(word(values, "init")).filter(is_of_layers) {
        let name = init.name();
        found.push(clash(
            &["init", "model"],
            format!("`init = \"{name}\"` initializes the layers of a network, but `{model}` is a single weight"),
            "expected { constant = … }, { normal = … } or { uniform = … }",
            "set the initial weight, for example init = { constant = 3.0 }, or sample it: init = { uniform = [3.0, 5.0] }",
        ));
    }
    found
}

fn source_is_none(values: &Values) -> bool {
    rules::source_is(values, &[SourceName::None])
}
