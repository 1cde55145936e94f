//! Generates the JSON Schema of a sweep file (draft 7, for TOML plugins of editors) from the table of keys.
//!
//! Each key is defined once as a value, once as an axis and once as a condition. All other parts refer to these
//! definitions.

use super::deprecated::{EXPECT, FIXED_BY, OUTCOME, words_at};
use super::expectations::KEYS as EXPECT_KEYS;
use super::kind::{Interval, Kind};
use super::registry::Registry;
use super::registry::Values;
use super::registry::{Default, Key};
use super::sample::SAMPLE;
use super::selector::Bound;
use super::stop::STOP;
use super::sweep::Quantity;
use crate::codes::{Code, OutcomeName};
use crate::config::top_keys::{MAX_CELLS, MOST_CELLS, MOST_SEEDS, TopKey};
use crate::fix_kind::FixKind;
use serde_json::{Map, Value as Json, json};

/// How a key may be written, which also names its definitions.
#[derive(Clone, Copy)]
enum Form {
    Value,
    Axis,
    Condition,
}

impl Form {
    fn name(self) -> &'static str {
        match self {
            Form::Value => "value",
            Form::Axis => "axis",
            Form::Condition => "condition",
        }
    }

    fn of(self, key: &Key) -> Json {
        match self {
            Form::Value => described(key),
            Form::Axis => axis(key),
            Form::Condition => condition(key),
        }
    }

    /// Returns a reference to the definition of a key in this form.
    fn refer(self, key: &Key) -> Json {
        json!({ "$ref": format!("#/definitions/{}/{}", self.name(), key.name) })
    }

    fn definitions(self, keys: Registry) -> Json {
        keys.all()
            .iter()
            .map(|key| (key.name.to_owned(), self.of(key)))
            .collect::<Map<_, _>>()
            .into()
    }
}

/// Returns the schema of sweep files with these keys.
pub fn schema(keys: Registry) -> Json {
    let mut definitions = Map::new();
    for form in [Form::Value, Form::Axis, Form::Condition] {
        definitions.insert(form.name().to_owned(), form.definitions(keys));
    }
    definitions.insert("bounds".to_owned(), bounds());
    let mut properties = Map::new();
    for (key, word) in TopKey::ALL.into_iter().zip(TopKey::WORDS) {
        let mut section = top(key, keys);
        if let Json::Object(section) = &mut section {
            section.insert("description".to_owned(), json!(word.doc));
        }
        properties.insert(word.name.to_owned(), section);
    }
    json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "A sweep",
        "type": "object",
        "additionalProperties": false,
        "properties": properties,
        "allOf": [zipped_have_points(), have_points_without_sample()],
        "definitions": definitions,
    })
}

/// Requires `n` in ranges of `[grid]`, unless cells are sampled.
fn have_points_without_sample() -> Json {
    json!({
        "if": { "not": { "required": ["sample"] } },
        "then": { "properties": { "grid": { "additionalProperties": points() } } },
    })
}

/// Requires `n` in ranges of `[zip.name]`.
fn zipped_have_points() -> Json {
    let axis = json!({ "additionalProperties": points() });
    json!({ "properties": { "zip": { "additionalProperties": axis } } })
}

fn points() -> Json {
    json!({
        "if": { "anyOf": [{ "required": ["log"] }, { "required": ["linear"] }], "type": "object" },
        "then": { "required": ["n"] },
    })
}

fn top(key: TopKey, keys: Registry) -> Json {
    match key {
        TopKey::Title | TopKey::About => json!({ "type": "string" }),
        TopKey::Seeds => json!({ "anyOf": [
            { "type": "integer", "minimum": 1, "maximum": MOST_SEEDS },
            { "type": "array", "minItems": 1, "uniqueItems": true,
              "items": { "type": "integer", "minimum": 0 } },
        ] }),
        TopKey::MaxCells => json!({
            "type": "integer", "minimum": 1, "maximum": MOST_CELLS, "default": MAX_CELLS,
        }),
        TopKey::Target => json!({ "type": "number", "exclusiveMinimum": 0, "maximum": 1 }),
        TopKey::Data | TopKey::Base => {
            let section = key.name();
            let keys = keys.all().iter().filter(|key| key.section() == section);
            let keys = keys.map(|key| (key.short().to_owned(), Form::Value.refer(key)));
            object(keys.collect())
        }
        TopKey::Grid => by_full_name(Form::Axis, keys),
        TopKey::Sample => kind("sample", &Kind::Record(SAMPLE)),
        TopKey::Stop => kind("stop", &Kind::Record(STOP)),
        TopKey::Zip => {
            json!({ "type": "object", "additionalProperties": by_full_name(Form::Axis, keys) })
        }
        TopKey::Exclude => {
            let mut block = object(Map::from_iter([(
                "where".to_owned(),
                by_full_name(Form::Condition, keys),
            )]));
            block["required"] = json!(["where"]);
            json!({ "type": "array", "items": block })
        }
        TopKey::Expect => json!({ "type": "array", "items": expectation(keys) }),
    }
}

fn object(properties: Map<String, Json>) -> Json {
    json!({ "type": "object", "additionalProperties": false, "properties": properties })
}

/// Returns a table of keys with full names. Keys of the data may also be in a table `data`.
fn by_full_name(form: Form, keys: Registry) -> Json {
    let mut properties = Map::new();
    let mut data = Map::new();
    for key in keys.all() {
        if key.section() == "data" {
            data.insert(key.short().to_owned(), form.refer(key));
        }
        properties.insert(key.name.to_owned(), form.refer(key));
    }
    properties.insert("data".to_owned(), object(data));
    object(properties)
}

/// Returns the schema of one value of a key, with its description and default.
fn described(key: &Key) -> Json {
    let mut schema = kind(key.name, &key.kind);
    let default = match key.default {
        Default::None => String::new(),
        Default::From(text, _) => format!(" Default: {text}."),
        Default::Bool(_)
        | Default::Integer(_)
        | Default::Number(_)
        | Default::Word(_)
        | Default::Empty
        | Default::Pair(..) => match key.default.value(&Values::default()) {
            Some(value) => format!(" Default: {value}."),
            None => String::new(),
        },
    };
    schema["description"] = json!(format!("{}{default}", key.doc));
    schema
}

/// What a key of this path takes.
fn kind(at: &str, kind: &Kind) -> Json {
    match kind {
        Kind::Bool => json!({ "type": "boolean" }),
        Kind::Integer { least, most } => {
            json!({ "type": "integer", "minimum": least, "maximum": most })
        }
        Kind::Number(interval) => number(interval),
        Kind::Text => json!({ "type": "string", "minLength": 1 }),
        Kind::Words(words) => {
            let names: Vec<&str> = words.iter().map(|word| word.name).collect();
            let docs: Vec<String> = words
                .iter()
                .map(|word| format!("{}: {}", word.name, word.doc))
                .collect();
            // Taplo shows these docs with the words that it offers.
            let words = json!({ "enum": names, "x-taplo": { "docs": { "enumValues": docs } } });
            with_deprecated(at, words)
        }
        Kind::List { of, least } => {
            json!({ "type": "array", "minItems": least, "items": self::kind(at, of) })
        }
        Kind::Pair => json!({
            "type": "array", "minItems": 2, "maxItems": 2, "items": { "type": "number" },
        }),
        Kind::Record(fields) => {
            let properties = fields.iter().map(|field| {
                let mut schema = self::kind(&format!("{at}.{}", field.name), &field.kind);
                schema["description"] = json!(field.doc);
                (field.name.to_owned(), schema)
            });
            let mut record = object(properties.collect());
            let required = fields.iter().filter(|field| field.required);
            record["required"] = required.map(|field| json!(field.name)).collect();
            record
        }
        Kind::Any(kinds) => {
            let kinds: Vec<Json> = kinds.iter().map(|kind| self::kind(at, kind)).collect();
            json!({ "anyOf": kinds })
        }
    }
}

/// Words of a key of this path, with those that are deprecated there, which editors mark.
fn with_deprecated(at: &str, words: Json) -> Json {
    let deprecated: Vec<Json> = words_at(at)
        .map(|word| {
            json!({ "const": word.old, "deprecated": true, "description": word.to_string() })
        })
        .collect();
    if deprecated.is_empty() {
        return words;
    }
    let all: Vec<Json> = [words].into_iter().chain(deprecated).collect();
    json!({ "anyOf": all })
}

fn number(interval: &Interval) -> Json {
    let mut schema = Map::from_iter([("type".to_owned(), json!("number"))]);
    let mut bound = |value: f64, included: bool, closed: &str, open: &str| {
        if value.is_finite() {
            let name = if included { closed } else { open };
            schema.insert(name.to_owned(), json!(value));
        }
    };
    bound(
        interval.low,
        interval.low_included,
        "minimum",
        "exclusiveMinimum",
    );
    bound(
        interval.high,
        interval.high_included,
        "maximum",
        "exclusiveMaximum",
    );
    Json::Object(schema)
}

/// Returns the schema of a list of values, or a range.
fn axis(key: &Key) -> Json {
    let list = json!({ "type": "array", "minItems": 1, "items": Form::Value.refer(key) });
    if !key.kind.is_numeric() {
        return list;
    }
    let range = |name: &str| {
        let ends = json!({
            "type": "array", "minItems": 2, "maxItems": 2, "items": { "type": "number" },
        });
        let n = json!({ "type": "integer", "minimum": 2 });
        let mut range = object(Map::from_iter([
            (name.to_owned(), ends),
            ("n".to_owned(), n),
        ]));
        range["required"] = json!([name]);
        range
    };
    json!({ "anyOf": [list, range("log"), range("linear")] })
}

/// Returns the schema of one value, a list of values, or bounds.
fn condition(key: &Key) -> Json {
    let one = Form::Value.refer(key);
    let mut all = vec![
        one.clone(),
        json!({ "type": "array", "minItems": 1, "items": one }),
    ];
    if key.kind.is_numeric() {
        all.push(bounded());
    }
    json!({ "anyOf": all })
}

fn bounded() -> Json {
    json!({ "$ref": "#/definitions/bounds" })
}

fn bounds() -> Json {
    let bound = |name: &str| (name.to_owned(), json!({ "type": "number" }));
    let mut bounds = object(
        Bound::ALL
            .map(|name| bound(name.name()))
            .into_iter()
            .collect(),
    );
    bounds["minProperties"] = json!(1);
    bounds
}

/// Returns the schema of one word of a path, or a list of them.
fn one_or_several(at: &str, names: &[&str]) -> Json {
    let word = with_deprecated(at, json!({ "enum": names }));
    json!({ "anyOf": [word, { "type": "array", "minItems": 1, "items": word }] })
}

fn expectation(keys: Registry) -> Json {
    let mut properties = Map::new();
    let quantities = Quantity::ALL.map(Quantity::name);
    for key in EXPECT_KEYS {
        let schema = match key {
            "name" => json!({ "type": "string" }),
            "where" => by_full_name(Form::Condition, keys),
            "seeds" => json!({ "type": "integer", "minimum": 1 }),
            "outcome" => one_or_several(OUTCOME, &OutcomeName::ALL.map(OutcomeName::name)),
            "diagnosis" => one_or_several("expect.diagnosis", &Code::ALL.map(Code::name)),
            "fixed_by" => {
                with_deprecated(FIXED_BY, json!({ "enum": FixKind::ALL.map(FixKind::name) }))
            }
            "better_than" => by_full_name(Form::Value, keys),
            "on" => json!({ "enum": quantities }),
            // Of a key that is forgotten here no value is valid.
            _ => Json::Bool(false),
        };
        properties.insert(key.to_owned(), schema);
    }
    properties.extend(quantities.map(|name| (name.to_owned(), bounded())));
    for word in words_at(EXPECT) {
        let mut schema = properties[word.new].clone();
        schema["deprecated"] = json!(true);
        schema["description"] = json!(word.to_string());
        properties.insert(word.old.to_owned(), schema);
    }
    object(properties)
}
