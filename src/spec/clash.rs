//! Values that make no sense together, each fine by itself.

mod labels;
mod norm;
mod rows;
mod solver;
mod update;

use super::choices::{InitName, LossName, SourceName};
use super::rules::{self, Target, count, number, word};
use super::settings::OutputActivation;
use super::value::Values;

/// Values of a cell that make no sense together.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}; {help}")]
pub struct Clash {
    /// The keys that have a part in it, the likeliest culprit first.
    pub keys: Vec<&'static str>,
    /// What is wrong.
    pub message: String,
    /// The same in few words, at the place of the culprit.
    pub label: String,
    /// How to mend it.
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

/// A word, or a record of this name, that the table of keys lists and nothing implements.
pub(super) fn unimplemented(key: &'static str, word: &str) -> Clash {
    let short = key.strip_prefix("data.").unwrap_or(key);
    clash(
        &[key],
        format!("`{short}` can't be `{word}` yet: the word is not implemented"),
        "not implemented",
        format!("choose another `{short}`, and report this as a bug"),
    )
}

/// Every clash of a completed cell.
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
                format!("`hidden` and `{key}` both say how large the hidden layers are"),
                format!("`hidden` leaves nothing for `{key}` to say"),
                format!("keep `hidden`, or `depth` and `width`; drop `{key}` or `hidden`"),
            ));
        }
    }
    if given(values, "epochs") && given(values, "steps") {
        found.push(clash(
            &["steps", "epochs"],
            "`epochs` and `steps` both say how long to train",
            "one of the two is enough",
            "drop `epochs` or `steps`",
        ));
    }
    if given(values, "data.folds") && given(values, "data.validation") {
        found.push(clash(
            &["data.validation", "data.folds"],
            "`folds` and `validation` both say which rows are held out",
            "a fold is held out in place of them",
            "drop `validation` or `folds`",
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
                "a residual network has hidden layers of one width",
                "`hidden` is for `model = \"mlp\"`",
                "give `depth` (hidden layers in blocks) and `width` instead",
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
                format!("{depth} hidden layers do not make whole residual blocks of {block}"),
                format!("expected a multiple of {block}"),
                format!("take `depth = {near}{}`, or another `block`", down + block),
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
                format!("the loss `{loss}` does not go with a softmax output"),
                "softmax goes with `loss = \"cross-entropy\"`",
                "take `loss = \"cross-entropy\"`, or a linear or sigmoid output",
            )];
        }
    };
    let (loss, output, wanted) = (loss.name(), output.name(), wanted.name());
    vec![clash(
        &["output", "loss"],
        format!("the loss `{loss}` needs a {wanted} output, not a {output} one"),
        format!("expected \"{wanted}\" with `loss = \"{loss}\"`"),
        format!("leave `output` out, or set it to \"{wanted}\""),
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
            format!("the loss `{loss}` is for classes, and the target of these rows is a number"),
            "expected \"mse\", \"mae\" or \"huber\" for a number",
            match file {
                true => {
                    "take `loss = \"mse\"`, or say that the numbers are classes: `task = \"classification\"` beside `target`"
                }
                false => {
                    "take `loss = \"mse\"`, or rows with classes (moons, circles, spirals, blobs, xor)"
                }
            },
        )],
        (Target::Classes(n), Mae | Huber) => vec![clash(
            keys,
            format!("the loss `{loss}` is for a number, and the target of these rows is a class"),
            match n {
                2 => "expected \"bce\", \"cross-entropy\" or \"mse\" for two classes",
                _ => "expected \"cross-entropy\" for more than two classes",
            },
            match file {
                true => {
                    "leave `loss` out, or say that the classes are numbers: `task = \"regression\"` beside `target`"
                }
                false => {
                    "leave `loss` out, or take rows with a number (sine, wiggle, linear, gaussian)"
                }
            },
        )],
        (Target::Classes(n), Bce | Mse) if n > 2 => vec![clash(
            keys,
            format!("the loss `{loss}` is for one output, and there are {n} classes"),
            "expected \"cross-entropy\" for more than two classes",
            match file {
                true => "take `loss = \"cross-entropy\"`, or leave `loss` out",
                false => "take `loss = \"cross-entropy\"`, or two classes",
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
                "`gradient_noise` is for the one-weight risks",
                format!("a `{model}` model gets its noise from its batches"),
                "drop `gradient_noise`, or take `model = \"ripples\"` or \"double-well\"",
            )
        });
        let rows = (rules::source(values).is_empty() || source_is_none(values)).then(|| {
            clash(
                &["data.source", "model"],
                format!("a `{model}` model needs rows to learn from"),
                "there is no data source",
                "give one: [data] with source = \"sine\", or { csv = \"…\", target = \"…\" }",
            )
        });
        return noise.into_iter().chain(rows).collect();
    }
    let mut found = Vec::new();
    if !source_is_none(values) {
        found.push(clash(
            &["data.source", "model"],
            format!("the risk `{model}` is a formula of one weight and has no use for data"),
            "expected \"none\"",
            "set `source = \"none\"`, or leave it out, or take another model",
        ));
    }
    let looks_at_inputs = |init: &InitName| match init {
        InitName::He
        | InitName::Lecun
        | InitName::Glorot
        | InitName::Orthogonal
        | InitName::Torch => true,
        InitName::Zeros | InitName::Ones => false,
    };
    if let Some(init) = InitName::of(word(values, "init")).filter(looks_at_inputs) {
        let name = init.name();
        found.push(clash(
            &["init", "model"],
            format!("`init = \"{name}\"` looks at the inputs of a layer, and `{model}` has none"),
            "expected where the one weight starts",
            "say where: init = { constant = 3.0 }, or { uniform = [3.0, 5.0] }",
        ));
    }
    found
}

fn source_is_none(values: &Values) -> bool {
    rules::source_is(values, &[SourceName::None])
}
