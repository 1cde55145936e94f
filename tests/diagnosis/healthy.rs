//! Base recipes with much variety: they should be healthy, and faults are injected into them.

use super::random::Random;
use super::recipe::{Recipe, short};
use super::sets::{DataSet, OneWeight};

/// Training rows of [`DataSet::recipe`].
const ROWS: f64 = 192.0;

/// Samples a base recipe for a data set.
pub fn recipe(set: &DataSet, random: &mut Random) -> Recipe {
    let recipe = network(set.recipe(), random);
    extras(trained(recipe, set, random), random)
}

/// Samples layers, an activation, and an initialization that fits.
fn network(recipe: Recipe, random: &mut Random) -> Recipe {
    let activation = random.pick(&[
        "relu",
        "relu",
        "relu",
        "leaky-relu",
        "tanh",
        "tanh",
        "sigmoid",
    ]);
    let (deepest, inits): (usize, &[&str]) = match activation {
        // σ′ is at most ¼: three sigmoid layers are already hard to train.
        "sigmoid" => (2, &["lecun", "lecun", "torch"]),
        "tanh" => (8, &["lecun", "lecun", "torch"]),
        _ => (8, &["he", "he", "he", "torch"]),
    };
    let depth = random.whole(1, deepest).min(random.whole(1, deepest));
    let init = match random.pick(inits) {
        // Its variance is 1/6 of He's, so the signal shrinks with every layer.
        "torch" if depth > 3 => inits[0],
        init => init,
    };
    let width = match depth {
        1 => random.pick(&[16, 24, 32]),
        _ => random.pick(&[8, 10, 12, 16, 20, 24, 32]),
    };
    let recipe = recipe
        .word("activation", activation)
        .word("init", init)
        .set("width", width);
    if depth.is_multiple_of(2) && activation != "sigmoid" && random.chance(0.15) {
        // Every block adds variance. With He initialization it would double.
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

/// Samples batches, optimizer, learning rate and budget.
fn trained(recipe: Recipe, set: &DataSet, random: &mut Random) -> Recipe {
    let batch = random.pick(&[
        "1", "4", "8", "16", "16", "32", "32", "32", "64", "\"full\"",
    ]);
    let optimizer = random.pick(&["sgd", "momentum", "nesterov", "adam"]);
    let slow = recipe.get("activation") == "sigmoid";
    let deep = recipe.number("depth") >= 5.0;
    let mut rate = match optimizer {
        "adam" => random.log_uniform(0.004, 0.015),
        _ if set.classes > 0 => random.log_uniform(0.08, 0.25),
        _ => random.log_uniform(0.03, 0.1),
    };
    // Noisy gradients need smaller steps, saturating neurons larger ones.
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
        "adam" => random.log_uniform(1000.0, 2500.0),
        "sgd" => random.log_uniform(3000.0, 7000.0),
        _ => random.log_uniform(2000.0, 5000.0),
    };
    let more = if slow || batch == "1" { 2.0 } else { 1.0 };
    let steps = steps * set.effort.max(0.5) * more;
    let recipe = with_optimizer(recipe, optimizer)
        .set("lr", short(rate))
        .set("batch", batch);
    budget(recipe, batch, steps, random)
}

/// Sets a budget of this many steps, as epochs or as steps.
fn budget(recipe: Recipe, batch: &str, steps: f64, random: &mut Random) -> Recipe {
    let batch: f64 = batch.parse().unwrap_or(ROWS);
    // Full batches cost more and have less noise.
    let steps = if batch == ROWS {
        steps.min(2500.0)
    } else {
        steps
    };
    if batch < ROWS && random.chance(0.15) {
        return recipe.word("sampling", "fresh").set("steps", steps.round());
    }
    recipe.set("epochs", (steps / (ROWS / batch).ceil()).ceil())
}

/// Returns the recipe with the optimizer of this name.
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

/// Samples rare settings: normalization, weight decay, precision.
fn extras(mut recipe: Recipe, random: &mut Random) -> Recipe {
    let few = recipe.number("batch") < 16.0;
    if random.chance(0.08) && !few {
        recipe = recipe.set("batch_norm", "[\"hidden\"]");
    }
    if random.chance(0.08) {
        recipe = recipe.set("weight_decay", random.pick(&[1e-5, 1e-4]));
    }
    if random.chance(0.05) {
        recipe = recipe.word("precision", "f64");
    }
    recipe
}

/// Samples a base recipe for a one-weight model: momentum or Adam.
pub fn weight(model: &OneWeight, random: &mut Random) -> Recipe {
    let optimizer = random.pick(&["momentum", "nesterov", "adam"]);
    let (low, high) = model.rates;
    let rate = match optimizer {
        "adam" => model.adam * random.log_uniform(0.8, 1.3),
        _ => random.log_uniform(low, high),
    };
    let recipe = with_optimizer(model.recipe(random), optimizer).set("lr", short(rate));
    recipe.set("steps", random.log_uniform(400.0, 1000.0).round())
}
