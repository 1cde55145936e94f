//! Sound recipes with much variety: the runs that should be called healthy, and what faults are
//! injected into.

use super::draw::Draw;
use super::recipe::{Recipe, short};
use super::sets::{DataSet, OneWeight};

/// Training rows of [`DataSet::recipe`].
const ROWS: f64 = 192.0;

/// A sound recipe for a data set.
pub fn recipe(set: &DataSet, draw: &mut Draw) -> Recipe {
    let recipe = network(set.recipe(), draw);
    extras(trained(recipe, set, draw), draw)
}

/// Layers, activation and a start that fits them.
fn network(recipe: Recipe, draw: &mut Draw) -> Recipe {
    let activation = draw.pick(&[
        "relu",
        "relu",
        "relu",
        "leaky-relu",
        "tanh",
        "tanh",
        "sigmoid",
    ]);
    let (deepest, inits): (usize, &[&str]) = match activation {
        // σ′ is at most ¼: three sigmoid layers are hard to train already.
        "sigmoid" => (2, &["lecun", "lecun", "torch"]),
        "tanh" => (8, &["lecun", "lecun", "torch"]),
        _ => (8, &["he", "he", "he", "torch"]),
    };
    let depth = draw.whole(1, deepest).min(draw.whole(1, deepest));
    let init = match draw.pick(inits) {
        // Its variance is a sixth of He's; what that costs grows with every layer.
        "torch" if depth > 3 => inits[0],
        init => init,
    };
    let width = match depth {
        1 => draw.pick(&[16, 24, 32]),
        _ => draw.pick(&[8, 10, 12, 16, 20, 24, 32]),
    };
    let recipe = recipe
        .word("activation", activation)
        .word("init", init)
        .set("width", width);
    if depth.is_multiple_of(2) && activation != "sigmoid" && draw.chance(0.15) {
        // Blocks add up variance, which He's would double with each.
        let init = if activation == "tanh" {
            "lecun"
        } else {
            "torch"
        };
        return recipe
            .word("model", "residual")
            .set("depth", depth)
            .word("init", init);
    }
    recipe.word("model", "mlp").set("depth", depth)
}

/// Batches, optimizer, rate and budget.
fn trained(recipe: Recipe, set: &DataSet, draw: &mut Draw) -> Recipe {
    let batch = draw.pick(&[
        "1", "4", "8", "16", "16", "32", "32", "32", "64", "\"full\"",
    ]);
    let optimizer = draw.pick(&["sgd", "momentum", "nesterov", "adam"]);
    let slow = recipe.get("activation") == "sigmoid";
    let deep = recipe.number("depth") >= 5.0;
    let mut rate = match optimizer {
        "adam" => draw.log(0.004, 0.015),
        _ if set.classes > 0 => draw.log(0.08, 0.25),
        _ => draw.log(0.03, 0.1),
    };
    // A noisier gradient wants a smaller step, a saturating neuron a larger one.
    rate *= match (optimizer, batch) {
        ("adam", "1") => 0.3,
        (_, "1") => 0.12,
        ("adam", _) => 1.0,
        (_, "4") => 0.3,
        (_, "8") => 0.5,
        _ => 1.0,
    };
    rate *= if slow {
        2.5
    } else if deep {
        0.5
    } else {
        1.0
    };
    rate *= match optimizer {
        "momentum" | "nesterov" => 0.15,
        _ => 1.0,
    };
    let steps = match optimizer {
        "adam" => draw.log(1000.0, 2500.0),
        "sgd" => draw.log(3000.0, 7000.0),
        _ => draw.log(2000.0, 5000.0),
    };
    let more = if slow || batch == "1" { 2.0 } else { 1.0 };
    let steps = steps * set.effort.max(0.5) * more;
    let recipe = with_optimizer(recipe, optimizer)
        .set("lr", short(rate))
        .set("batch", batch);
    budget(recipe, batch, steps, draw)
}

/// As many epochs as make these steps, or the steps themselves.
fn budget(recipe: Recipe, batch: &str, steps: f64, draw: &mut Draw) -> Recipe {
    let batch: f64 = batch.parse().unwrap_or(ROWS);
    // Whole batches cost more, and are less noisy.
    let steps = if batch == ROWS {
        steps.min(2500.0)
    } else {
        steps
    };
    if batch < ROWS && draw.chance(0.15) {
        return recipe.word("sampling", "fresh").set("steps", steps.round());
    }
    recipe.set("epochs", (steps / (ROWS / batch).ceil()).ceil())
}

/// The update rule of this name.
pub fn with_optimizer(recipe: Recipe, name: &str) -> Recipe {
    let recipe = recipe.without(&["momentum", "nesterov"]);
    match name {
        "momentum" => recipe.word("optimizer", "sgd").set("momentum", 0.9),
        "nesterov" => recipe
            .word("optimizer", "sgd")
            .set("momentum", 0.9)
            .set("nesterov", true),
        name => recipe.word("optimizer", name),
    }
}

/// What a recipe may have beside.
fn extras(mut recipe: Recipe, draw: &mut Draw) -> Recipe {
    let few = recipe.number("batch") < 16.0;
    if draw.chance(0.08) && !few {
        recipe = recipe.set("batch_norm", "[\"hidden\"]");
    }
    if draw.chance(0.08) {
        recipe = recipe.set("weight_decay", draw.pick(&[1e-5, 1e-4]));
    }
    if draw.chance(0.05) {
        recipe = recipe.word("precision", "f64");
    }
    recipe
}

/// A sound recipe for a one-weight risk: momentum or Adam.
pub fn weight(risk: &OneWeight, draw: &mut Draw) -> Recipe {
    let optimizer = draw.pick(&["momentum", "nesterov", "adam"]);
    let (low, high) = risk.rates;
    let rate = match optimizer {
        "adam" => risk.adam * draw.log(0.8, 1.3),
        _ => draw.log(low, high),
    };
    let recipe = with_optimizer(risk.recipe(draw), optimizer).set("lr", short(rate));
    recipe.set("steps", draw.log(400.0, 1000.0).round())
}
