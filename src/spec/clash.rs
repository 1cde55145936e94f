//! Conflicts: values that are valid separately, but not together.

mod labels;
mod norm;
mod rows;
mod solver;
mod update;

use super::rules::{self, Target, count, number, source, word};
use super::value::Values;

/// A conflict between values of a cell.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}; {help}")]
pub struct Clash {
    /// The keys that take part in it, the most likely cause first.
    pub keys: Vec<&'static str>,
    /// What is wrong.
    pub message: String,
    /// A short form of the message, for the place of the cause.
    pub label: String,
    /// How to fix it.
    pub help: String,
}

fn clash(
    keys: &[&'static str],
    message: impl Into<String>,
    label: impl Into<String>,
    help: impl Into<String>,
) -> Clash {
    Clash {
        keys: keys.to_vec(),
        message: message.into(),
        label: label.into(),
        help: help.into(),
    }
}

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
                format!("keep `hidden`, or `depth` and `width`: remove `{key}` or `hidden`"),
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
            let near = if down > 0 {
                format!("{down} or ")
            } else {
                String::new()
            };
            found.push(clash(
                &["depth", "block", "model"],
                format!("{depth} hidden layers do not fill residual blocks of {block}"),
                format!("expected a multiple of {block}"),
                format!("use `depth = {near}{}`, or another `block`", down + block),
            ));
        }
    }
    found
}

fn output(values: &Values) -> Vec<Clash> {
    if rules::is_risk(values) {
        return Vec::new();
    }
    let (loss, output) = (rules::loss(values), word(values, "output"));
    let wanted = match (loss, output) {
        ("bce", "linear" | "softmax") => "sigmoid",
        ("cross-entropy", "linear" | "sigmoid") => "softmax",
        ("mse" | "mae" | "huber", "softmax") => {
            return vec![clash(
                &["output", "loss"],
                format!("the loss `{loss}` does not work with a softmax output"),
                "softmax needs `loss = \"cross-entropy\"`",
                "use `loss = \"cross-entropy\"`, or a linear or sigmoid output",
            )];
        }
        _ => return Vec::new(),
    };
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
    let loss = rules::loss(values);
    let keys = &["loss", "data.source", "data.classes"];
    let file = rules::is_file(values);
    match (rules::target(values), loss) {
        (Target::Number, "bce" | "cross-entropy") => vec![clash(
            keys,
            format!("the loss `{loss}` needs classes, and the target is a number"),
            "expected \"mse\", \"mae\" or \"huber\" for numbers",
            match file {
                true => {
                    "use `loss = \"mse\"`, or declare the numbers as classes: `task = \"classes\"` next to `target`"
                }
                false => {
                    "use `loss = \"mse\"`, or a source with classes (moons, circles, spirals, blobs, xor)"
                }
            },
        )],
        (Target::Classes(n), "mae" | "huber") => vec![clash(
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
        (Target::Classes(n), "bce" | "mse") if n > 2 => vec![clash(
            keys,
            format!("the loss `{loss}` is for one output, but there are {n} classes"),
            "expected \"cross-entropy\" for more than two classes",
            match file {
                true => "use `loss = \"cross-entropy\"`, or remove `loss`",
                false => "use `loss = \"cross-entropy\"`, or two classes",
            },
        )],
        _ => Vec::new(),
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
        let rows = matches!(source(values), "" | "none").then(|| {
            clash(
                &["data.source", "model"],
                format!("a `{model}` model needs data"),
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
    if let name @ ("he" | "xavier" | "torch") = word(values, "init") {
        found.push(clash(
            &["init", "model"],
            format!("`init = \"{name}\"` depends on the inputs of a layer, and `{model}` has none"),
            "expected a start value of the weight",
            "set a start value: init = { constant = 3.0 }, or { uniform = [3.0, 5.0] }",
        ));
    }
    found
}

fn source_is_none(values: &Values) -> bool {
    source(values) == "none"
}
