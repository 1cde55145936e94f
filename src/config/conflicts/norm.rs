//! Conflicts of normalization: over a batch of one row, over a layer with one feature, or of two kinds in one
//! network.

use super::clash::{Clash, clash};
use super::rows;
use crate::config::choices::NormSite;
use crate::config::registry::Values;
use crate::config::rules;
use crate::config::rules::{Target, count, word};
use crate::config::settings::OutputActivation;
use crate::config::value::Value;

/// Returns the conflicts of `batch_norm` and `layer_norm`.
pub(super) fn norm(values: &Values) -> Vec<Clash> {
    if rules::is_risk(values) {
        return Vec::new();
    }
    [two_kinds(values), one_row(values), one_feature(values)].concat()
}

/// Returns the sites that a key lists.
pub(super) fn sites(values: &Values, key: &str) -> Vec<Value> {
    match values.get(key) {
        Some(Value::List(sites)) => sites.clone(),
        _ => Vec::new(),
    }
}

fn two_kinds(values: &Values) -> Vec<Clash> {
    if sites(values, "batch_norm").is_empty() || sites(values, "layer_norm").is_empty() {
        return Vec::new();
    }
    vec![clash(
        &["layer_norm", "batch_norm"],
        "`batch_norm` and `layer_norm` are both set; a network uses one kind of normalization",
        "`batch_norm` is also set",
        "remove one of them, set it to [], or vary both together in a [zip.…] table",
    )]
}

fn one_row(values: &Values) -> Vec<Clash> {
    if sites(values, "batch_norm").is_empty() {
        return Vec::new();
    }
    let mut found = Vec::new();
    if values.get("batch") == Some(&Value::Integer(1)) {
        found.push(clash(
            &["batch_norm", "batch"],
            "batch normalization needs more than one row in a batch",
            "one row has zero variance",
            "use a larger `batch`, or no `batch_norm`",
        ));
    }
    if rows::leftover_of_one(values) {
        found.push(clash(
            &["batch", "batch_norm"],
            "the last batch of an epoch has one row, and batch normalization needs more",
            "one row is left for the last batch",
            "use another `batch`, or `sampling = \"fresh\"`",
        ));
    }
    found
}

/// Normalization over a single feature always gives 0.
fn one_feature(values: &Values) -> Vec<Clash> {
    let alone = |site: NormSite| match site {
        NormSite::Input => (
            rules::features(values) == Some(1),
            "one feature",
            "data.source",
        ),
        NormSite::Hidden => (has_width_of_one(values), "one neuron", "hidden"),
        NormSite::Output => (has_one_output(values), "one output", "loss"),
    };
    let sites = sites(values, "layer_norm");
    let asked = NormSite::ALL.into_iter().filter(|site| {
        let asked = |value: &Value| value.text() == Some(site.name());
        alone(*site).0 && sites.iter().any(asked)
    });
    asked
        .map(|site| {
            let (_, what, key) = alone(site);
            let site = site.name();
            clash(
                &["layer_norm", key],
                format!("layer normalization over {what} gives 0 for every row"),
                format!("the layer has {what}"),
                format!("remove \"{site}\" from `layer_norm`, or use `batch_norm`"),
            )
        })
        .collect()
}

fn has_width_of_one(values: &Values) -> bool {
    if !(rules::is_mlp(values) || rules::is_residual(values)) {
        return false;
    }
    match values.get("hidden") {
        Some(Value::List(widths)) => widths.contains(&Value::Integer(1)),
        _ => count(values, "width") == Some(1),
    }
}

fn has_one_output(values: &Values) -> bool {
    match rules::target(values) {
        Target::Number => values
            .get("data.source")
            .is_none_or(|source| rules::targets(source).len() < 2),
        Target::Classes(2) => word(values, "output") != OutputActivation::Softmax.name(),
        Target::Classes(_) | Target::Unknown | Target::Nothing => false,
    }
}
