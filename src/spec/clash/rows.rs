//! Rows that don't go with what is to be done to them: split into parts, scaled, shifted.

use super::{Clash, clash};
use crate::spec::rules::{self, Target, number};
use crate::spec::settings::{Sampling, TaskKind};
use crate::spec::value::{Value, Values};

/// Every part has rows, and those to train on are enough. Rounds as the split itself does.
pub(super) fn split(values: &Values) -> Vec<Clash> {
    let test = number(values, "data.test").unwrap_or(0.0);
    let validation = rules::validation(values);
    let chosen_by = match rules::given(values, "data.folds") {
        true => "data.folds",
        false => "data.validation",
    };
    if validation + test >= 1.0 {
        return vec![clash(
            &[chosen_by, "data.test"],
            format!("validation and test take all rows: {validation} + {test} is not below 1"),
            "nothing is left to train on",
            "lower `validation` or `test`",
        )];
    }
    let Some(rows) = rules::rows(values) else {
        return Vec::new();
    };
    let made = rules::is_generator(values);
    let more = match made {
        true => "raise `rows`",
        false => "have more rows in the file",
    };
    // How many rows a file has is not said in the sweep; how many are held out is.
    let keys = |shares: &[&'static str]| match made {
        true => [&["data.rows"], shares].concat(),
        false => [shares, &["data.source"]].concat(),
    };
    let part = |share: f64| part(rows, share);
    let mut found = Vec::new();
    for (key, share) in [(chosen_by, validation), ("data.test", test)] {
        if share > 0.0 && part(share) == 0 && key != "data.folds" {
            found.push(clash(
                &keys(&[key]),
                format!("a share of {share} of {rows} rows comes to no row"),
                "too few rows",
                format!("{more}, or set `{}` to 0", &key["data.".len()..]),
            ));
        }
    }
    let held = rows - part(test);
    if let Some(folds) = rules::count(values, "data.folds").filter(|folds| *folds > held) {
        found.push(clash(
            &keys(&["data.folds"]),
            format!("{held} rows can't be parted into {folds} folds"),
            "a fold needs a row",
            format!("{more}, or have fewer folds"),
        ));
        return found;
    }
    let least = match rules::target(values) {
        Target::Classes(n) => n,
        Target::Number | Target::Unknown | Target::Nothing => 1,
    };
    let train = rows - part(validation) - part(test);
    if train < least {
        found.push(clash(
            &keys(&[chosen_by, "data.test"]),
            format!(
                "{rows} rows leave {} to train on, and at least {least} are needed",
                train.max(0)
            ),
            "too few rows",
            format!("{more}, or hold out less"),
        ));
    }
    found
}

/// Rows of a part, rounded as the split itself does.
fn part(rows: i64, share: f64) -> i64 {
    (rows as f64 * share).round() as i64
}

/// Whether walking through the training rows in batches leaves one for the last batch.
pub(super) fn leftover_of_one(values: &Values) -> bool {
    let (Some(rows), Some(batch)) = (rules::rows(values), rules::count(values, "batch")) else {
        return false;
    };
    let test = number(values, "data.test").unwrap_or(0.0);
    let train = rows - part(rows, rules::validation(values)) - part(rows, test);
    rules::word(values, "sampling") == Sampling::Epochs.name()
        && 1 < batch
        && batch < train
        && train % batch == 1
}

/// One scale and one offset per feature, or none.
pub(super) fn features(values: &Values) -> Vec<Clash> {
    let Some(features) = rules::features(values) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for key in ["data.scales", "data.offsets"] {
        if let Some(Value::List(items)) = values.get(key)
            && !items.is_empty()
            && items.len() as i64 != features
        {
            let short = &key["data.".len()..];
            let (n, s) = (items.len(), if features == 1 { "" } else { "s" });
            found.push(clash(
                &[key, "data.source", "data.features"],
                format!("`{short}` has {n} numbers for {features} feature{s}"),
                format!("expected {features} number{s}, one per feature"),
                format!("give {features}, or an empty list for none"),
            ));
        }
    }
    found
}

/// Several targets are numbers, each of them another one, and more than a solver finds weights for.
pub(super) fn targets(values: &Values) -> Vec<Clash> {
    let targets = values.get("data.source").map(rules::targets);
    let targets = targets.unwrap_or_default();
    if targets.len() < 2 {
        return Vec::new();
    }
    let mut found = Vec::new();
    let twice = (1..targets.len()).find(|&i| targets[..i].contains(&targets[i]));
    if let Some(i) = twice {
        found.push(clash(
            &["data.source"],
            format!("`target` names `{}` twice", targets[i]),
            "one column is one target",
            "name it once",
        ));
    }
    if rules::target_kind(values) == Some(TaskKind::Classes) {
        found.push(clash(
            &["data.source"],
            "several targets are numbers, and `task` says that they are classes",
            "expected one target for classes",
            "name one column, or drop `task`",
        ));
    }
    if !rules::is_trained(values) {
        found.push(clash(
            &["solver", "data.source"],
            format!(
                "the solver `{}` finds the weights of one target",
                rules::word(values, "solver")
            ),
            format!("there are {} targets", targets.len()),
            "name one target, or take `solver = \"none\"`",
        ));
    }
    found
}
