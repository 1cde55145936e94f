//! Checks a parsed sweep file against its [limits](super::limits), before it is interpreted.

use super::convert::Node;
use super::limits::{AXES, EXCLUDES, EXPECTATIONS, KEY, LAYERS, LIST, Limit, NAME, TEXT, VALUES};
use super::reader::Reader;
use std::ops::Range;
use toml::de::{DeTable, DeValue};

/// Checks all limits of a sweep file before it is interpreted. Returns whether it is within them.
pub(super) fn check(reader: &mut Reader, root: &DeTable) -> bool {
    let before = reader.faults.len();
    axes(reader, root);
    for (name, limit) in [("exclude", &EXCLUDES), ("expect", &EXPECTATIONS)] {
        if let Some(node) = root.get(name)
            && let DeValue::Array(blocks) = node.get_ref()
        {
            let subject = format!("the list of [[{name}]] blocks");
            of(reader, limit, &subject, blocks.len(), node.span());
        }
    }
    for (name, node) in root {
        key(reader, name.get_ref(), name.span());
        let inner = match name.get_ref().as_ref() {
            "about" | "seeds" => continue,
            "title" => Inner {
                text: &NAME,
                ..Inner::ANY
            },
            // The number of blocks has its own limit.
            "exclude" | "expect" => {
                if let DeValue::Array(blocks) = node.get_ref() {
                    for block in blocks.iter().take(EXPECTATIONS.most) {
                        value(reader, name.get_ref(), block, Inner::BLOCK);
                    }
                    continue;
                }
                Inner::ANY
            }
            "grid" => Inner::AXES,
            "zip" => Inner::ZIPS,
            _ => Inner::ANY,
        };
        value(reader, name.get_ref(), node, inner);
    }
    reader.faults.len() == before
}

/// The limits that apply inside a table.
#[derive(Clone, Copy)]
struct Inner {
    text: &'static Limit,
    list: &'static Limit,
    /// How many levels deeper the lists are axes.
    axes: Option<usize>,
    /// Whether `name` is the name of a block.
    named: bool,
}

impl Inner {
    const ANY: Inner = Inner {
        text: &TEXT,
        list: &LIST,
        axes: None,
        named: false,
    };
    const BLOCK: Inner = Inner {
        named: true,
        ..Inner::ANY
    };
    const AXES: Inner = Inner {
        axes: Some(1),
        ..Inner::ANY
    };
    const ZIPS: Inner = Inner {
        axes: Some(2),
        ..Inner::ANY
    };

    /// Returns the limits for the value of a key.
    fn of(self, key: &str) -> Inner {
        let axes = self.axes.map(|depth| depth.saturating_sub(1));
        let list = match (axes, key) {
            (Some(0), _) => &VALUES,
            (_, "hidden") => &LAYERS,
            _ => &LIST,
        };
        Inner {
            text: if self.named && key == "name" {
                &NAME
            } else {
                &TEXT
            },
            list,
            axes,
            named: false,
        }
    }
}

fn value(reader: &mut Reader, name: &str, node: &Node, inner: Inner) {
    match node.get_ref() {
        DeValue::String(text) => of(
            reader,
            inner.text,
            &format!("the text of `{name}`"),
            text.len(),
            node.span(),
        ),
        DeValue::Array(items) => {
            let subject = format!("the list of `{name}`");
            of(reader, inner.list, &subject, items.len(), node.span());
            let list = if name == "hidden" { &LAYERS } else { &LIST };
            let inner = Inner {
                list,
                axes: None,
                ..inner
            };
            for item in items.iter().take(inner.list.most.max(VALUES.most)) {
                value(reader, name, item, inner);
            }
        }
        DeValue::Table(table) => {
            for (name, node) in table {
                key(reader, name.get_ref(), name.span());
                value(reader, name.get_ref(), node, inner.of(name.get_ref()));
            }
        }
        DeValue::Integer(_) | DeValue::Float(_) | DeValue::Boolean(_) | DeValue::Datetime(_) => {}
    }
}

fn axes(reader: &mut Reader, root: &DeTable) {
    let tables = ["grid", "zip"].map(|name| Some((name, root.get(name)?)));
    let lengths = tables.iter().flatten().map(|(_, node)| {
        let table = node.get_ref().as_table();
        table.map_or(0, DeTable::len)
    });
    let found = lengths.sum();
    if let Some((_, node)) = tables.iter().flatten().next() {
        of(reader, &AXES, "the sweep", found, node.span());
    }
}

fn key(reader: &mut Reader, name: &str, span: Range<usize>) {
    of(reader, &KEY, "this key", name.len(), span);
}

fn of(reader: &mut Reader, limit: &Limit, subject: &str, found: usize, span: Range<usize>) {
    if found > limit.most {
        let message = limit.exceeded(subject, found);
        let label = format!("expected at most {} {}", limit.most, limit.unit);
        reader.fault(span, message, label, Some(limit.help.to_owned()));
    }
}
