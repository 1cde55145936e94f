//! Rewrites a sweep file in new words: `sweep migrate`.

use super::deprecated::{Deprecated, DeprecatedUse};
use super::deprecated_uses::in_file;
use super::error::{Fault, Faults};
use super::place::{Document, Place};
use super::reader::Reader;
use super::registry::Registry;
use super::syntax::parsed;
use std::path::Path;
use std::sync::Arc;
use toml::de::DeTable;

/// Returns the text of a sweep file in new words, with every deprecated word that it had. All else stays, byte for
/// byte.
///
/// # Errors
/// The text is not TOML, or goes beyond a limit, or has an old and a new key side by side.
pub fn migrate(path: &Path, text: &str) -> Result<(String, Vec<DeprecatedUse>), Faults> {
    let document = Arc::new(Document::new(path, text));
    let mut reader = Reader::new(document.clone(), Registry::default());
    let (root, _) = parsed(&mut reader, text);
    if let Some(faults) = Faults::sorted(reader.faults, path) {
        return Err(faults);
    }
    let (mut new, mut end) = (String::with_capacity(text.len()), 0);
    let met = in_file(root.get_ref());
    for (word, span) in &met {
        new.push_str(&text[end..span.start]);
        new.push_str(&rewritten(word, &text[span.clone()]));
        end = span.end;
    }
    new.push_str(&text[end..]);
    let uses = met.into_iter().map(|(word, span)| DeprecatedUse {
        word,
        place: Place {
            document: document.clone(),
            span,
        },
    });
    let uses: Vec<DeprecatedUse> = uses.collect();
    match DeTable::parse(&new) {
        Ok(_) => Ok((new, uses)),
        Err(error) => Err(unwritable(path, &uses, error.message())),
    }
}

/// A word in the quotes that it had.
fn rewritten(word: &Deprecated, literal: &str) -> String {
    match literal.contains(word.old) {
        true => literal.replacen(word.old, word.new, 1),
        // It was written with escapes.
        false => format!("{:?}", word.new),
    }
}

/// Why new words make no TOML: only a key can be there twice.
fn unwritable(path: &Path, uses: &[DeprecatedUse], why: &str) -> Faults {
    let key = uses.iter().find(|found| found.word.is_key());
    let fault = match key {
        Some(DeprecatedUse { word, place }) => Fault::at(
            place,
            format!("`{}` and `{}` in one block", word.old, word.new),
            format!("the old name of `{}`", word.new),
        )
        .help("keep one of the two"),
        None => Fault::of(path, format!("failed to rewrite {}: {why}", path.display())),
    };
    Faults(vec![fault])
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::config::deprecated::{DEPRECATED, EXPECT, FIXED_BY, OUTCOME};
    use crate::config::{Draft, Overrides, draft};

    fn read(text: &str, set: &[(&str, &str)]) -> Draft {
        let set = set.iter();
        let overrides = Overrides {
            set: set
                .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
                .collect(),
            seeds: None,
        };
        draft(Path::new("a.toml"), text, &overrides, Registry::default())
    }

    /// What a file says, without its text and its places.
    fn said(draft: &Draft) -> String {
        let sweep = &draft.sweep;
        assert!(draft.faults.is_empty(), "{:?}", draft.faults);
        format!(
            "{:?} {:?} {:?} {:?} {:?} {:?}",
            sweep.given, sweep.axes, sweep.exclude, sweep.stop, sweep.seeds, sweep.expectations
        )
    }

    /// Every place where a file can have a word, with `WORD` in its place.
    fn places(of: &Deprecated) -> Vec<String> {
        let of_key = |key: &str, value: &str| {
            let selects = "skill = { above = 0.1 }\nwhere";
            let tables = [
                format!("[grid]\n{key} = [{value}]\nlr = [0.1]"),
                format!("[zip.a]\n{key} = [{value}]\nlr = [0.1]"),
                format!("[[exclude]]\nwhere = {{ {key} = {value} }}"),
                format!("exclude = [{{ where = {{ {key} = [{value}] }} }}]"),
                format!("[[expect]]\n{selects} = {{ {key} = {value} }}"),
                format!("[[expect]]\n{selects}.{key} = [{value}]"),
                format!("[[expect]]\nbetter_than = {{ lr = 0.1, {key} = {value} }}"),
            ];
            tables.to_vec()
        };
        match of.at {
            "init" | "solver" => {
                let value = "\"WORD\"";
                let mut all = of_key(of.at, value);
                all.push(format!("[base]\n{} = {value}", of.at));
                all.push(format!("base = {{ {} = '''\nWORD''' }}", of.at));
                all
            }
            "data.source.task" => {
                let source = "{ csv = 'a.csv', target = 'y', task = 'WORD' }";
                let mut all = of_key("'data.source'", source);
                all.extend(of_key("data.source", source));
                all.push(format!("[data]\nsource = {source}"));
                all.push("[data.source]\nnpz = 'a.npz'\ntarget = 'y'\ntask = \"WORD\"".to_owned());
                all.push(format!("[grid]\ndata = {{ source = [{source}] }}"));
                all
            }
            "stop.method" => vec![
                "[stop]\nmethod = \"WORD\" # by rungs\ngrace_period = 2".to_owned(),
                "stop = { grace_period = 2, method = 'WORD' }".to_owned(),
            ],
            EXPECT => vec![
                "[[expect]]\nWORD = \"momentum\"".to_owned(),
                "[[expect]]\n\"WORD\" = \"momentum\"".to_owned(),
                "expect = [{ where = {}, WORD = 'momentum' }]".to_owned(),
            ],
            FIXED_BY => vec!["[[expect]]\nfixed_by = \"WORD\"".to_owned()],
            OUTCOME => vec![
                "[[expect]]\noutcome = \"WORD\"".to_owned(),
                "[[expect]]\noutcome = ['diverged', 'WORD']".to_owned(),
            ],
            other => panic!("name the places of {other}"),
        }
    }

    #[test]
    fn every_deprecated_word_is_read_warned_of_and_rewritten_in_every_place() {
        for word in &DEPRECATED {
            for place in places(word) {
                let place = format!("seeds = 3\n# {}\n{place}", word.old);
                let [old, new] = [word.old, word.new].map(|word| place.replace("WORD", word));
                let (before, after) = (read(&old, &[]), read(&new, &[]));
                assert_eq!(said(&before), said(&after), "{old}");
                let found: Vec<_> = before
                    .sweep
                    .deprecated
                    .iter()
                    .map(|found| found.word)
                    .collect();
                assert_eq!(found, [word], "{old}");
                let at = &before.sweep.deprecated[0].place;
                assert!(old[at.span.clone()].contains(word.old), "{old}");
                assert_eq!(after.sweep.deprecated, [], "{new}");
                let (migrated, changes) = migrate(Path::new("a.toml"), &old).unwrap();
                assert_eq!(migrated, new);
                assert_eq!(changes, before.sweep.deprecated);
                assert_eq!(migrate(Path::new("a.toml"), &new).unwrap(), (new, vec![]));
            }
        }
    }

    #[test]
    fn the_command_line_can_have_deprecated_values() {
        let source = |task: &str| format!("{{ csv = 'a.csv', target = 'y', task = '{task}' }}");
        for word in &DEPRECATED {
            let (key, [old, new]) = match word.at {
                "init" | "solver" => (word.at, [word.old, word.new].map(str::to_owned)),
                "data.source.task" => ("data.source", [word.old, word.new].map(source)),
                _ => continue,
            };
            let (before, after) = (read("", &[(key, &old)]), read("", &[(key, &new)]));
            assert_eq!(said(&before), said(&after));
            let [found] = &before.sweep.deprecated[..] else {
                panic!("{word}")
            };
            assert_eq!(found.word, word);
            let Place { document, span } = &found.place;
            assert!(document.text[span.clone()].contains(word.old), "{span:?}");
        }
    }

    #[test]
    fn migration_keeps_every_other_byte() {
        let text = "\u{feff}# xavier \r\ntitle='xavier'\r\n\t[base] # asha\r\ninit\t=  'xavier'# xavier\r\n\
                    [grid]\r\nsolver = [\r\n  \"tr\\u0061iner\", # first\r\n  \"gd\",\r\n]";
        let new = text
            .replace("init\t=  'xavier'", "init\t=  'lecun'")
            .replace("tr\\u0061iner", "none");
        let (migrated, changes) = migrate(Path::new("a.toml"), text).unwrap();
        assert_eq!(migrated, new);
        let lines: Vec<usize> = changes.iter().map(|change| change.place.line()).collect();
        assert_eq!(lines, [4, 7]);
    }

    #[test]
    fn a_key_under_both_names_is_refused() {
        let text = "seeds = 3\n[[expect]]\nfixed_by = 'lower rate'\ncured_by = 'higher rate'";
        let faults = read(text, &[]).faults.into_vec();
        assert_eq!(faults[0].message, "`fixed_by` is given twice");
        let faults = migrate(Path::new("a.toml"), text).unwrap_err();
        assert_eq!(&text[faults.0[0].span.clone()], "cured_by");
    }
}
