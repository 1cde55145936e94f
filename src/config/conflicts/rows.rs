//! Conflicts of the number of rows, features or targets with splits, scales or solvers.

use super::clash::{Clash, clash};
use crate::config::registry::Values;
use crate::config::rules;
use crate::config::rules::{Target, number};
use crate::config::settings::{Sampling, TaskKind};
use crate::config::value::Value;

/// Checks that every part of the split has rows, and that enough are left for training. Rounds as the split does.
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
            format!("`validation` {validation} and `test` {test} leave no training rows"),
            "expected a sum below 1",
            "lower `validation` or `test`",
        )];
    }
    let Some(rows) = rules::rows(values) else {
        return Vec::new();
    };
    let made = rules::is_generator(values);
    let more = match made {
        true => "raise `rows`",
        false => "use a file with more rows",
    };
    // The sweep file sets the held-out shares, but not the number of rows of a data file.
    let keys = |shares: &[&'static str]| match made {
        true => [&["data.rows"], shares].concat(),
        false => [shares, &["data.source"]].concat(),
    };
    let part = |share: f64| rules::share_of(rows, share);
    let mut found = Vec::new();
    for (key, share) in [(chosen_by, validation), ("data.test", test)] {
        if share > 0.0 && part(share) == 0 && key != "data.folds" {
            found.push(clash(
                &keys(&[key]),
                format!("a share of {share} of {rows} rows is less than one row"),
                "too few rows",
                format!("{more}, or set `{}` to 0", &key["data.".len()..]),
            ));
        }
    }
    let held = rows - part(test);
    if let Some(folds) = rules::count(values, "data.folds").filter(|folds| *folds > held) {
        found.push(clash(
            &keys(&["data.folds"]),
            format!("{held} rows cannot be split into {folds} folds"),
            "each fold needs a row",
            format!("{more}, or use fewer folds"),
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
                "{rows} rows leave {} for training; at least {least} are needed",
                train.max(0)
            ),
            "too few rows",
            format!("{more}, or hold out less"),
        ));
    }
    found
}

/// Returns a warning if a batch is larger than the training rows. As in PyTorch's `DataLoader`, it then has all of them.
pub(crate) fn large_batch(values: &Values) -> Option<Clash> {
    let (train, batch) = (rules::train_rows(values)?, rules::count(values, "batch")?);
    (batch > train).then(|| {
        clash(
            &["batch", "data.rows", "data.source"],
            format!("`batch` is larger than the {train} training rows"),
            format!("every batch has all {train} rows"),
            "write `batch = \"full\"`, or use smaller batches",
        )
    })
}

/// Returns whether the last batch of an epoch has one row.
pub(super) fn leftover_of_one(values: &Values) -> bool {
    let (Some(train), Some(batch)) = (rules::train_rows(values), rules::count(values, "batch"))
    else {
        return false;
    };
    rules::word(values, "sampling") == Sampling::Epochs.name()
        && 1 < batch
        && batch < train
        && train % batch == 1
}

/// Checks that scales and offsets have one number per feature, or none.
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
                format!("`{short}` has {n} numbers, but the data has {features} feature{s}"),
                format!("expected {features} number{s}, one per feature"),
                format!("list {features} number{s}, or use an empty list"),
            ));
        }
    }
    found
}

/// Checks several targets: they must be distinct numbers, and no solver may be set.
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
            format!("`target` lists `{}` twice", targets[i]),
            "each column is one target",
            "list it once",
        ));
    }
    if rules::target_kind(values) == Some(TaskKind::Classes) {
        found.push(clash(
            &["data.source"],
            "several targets must be numbers, but `task` is \"classification\"",
            "expected one target for classes",
            "name one column, or remove `task`",
        ));
    }
    if !rules::is_trained(values) {
        found.push(clash(
            &["solver", "data.source"],
            format!(
                "the solver `{}` supports one target",
                rules::word(values, "solver")
            ),
            format!("there are {} targets", targets.len()),
            "name one target, or set `solver = \"none\"`",
        ));
    }
    found
}
