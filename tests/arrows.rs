//! Dependencies between folders and files, read from the source code.
#![allow(clippy::unwrap_used)]

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// Every folder, or file at the top, with those that it may use, which must come before it.
const ROOMS: &[(&str, &[&str])] = &[
    ("number", &[]),
    ("atomic_write", &[]),
    ("escape", &[]),
    ("format", &[]),
    ("memory", &[]),
    ("safe_path", &[]),
    ("seed", &[]),
    ("words", &[]),
    ("codes", &["words"]),
    ("fix_kind", &["words"]),
    (
        "config",
        &["escape", "format", "words", "codes", "fix_kind"],
    ),
    ("trace", &["format", "codes"]),
    ("identity", &["config"]),
    ("train/components", &["seed", "config", "trace"]),
    ("train/datasets", &["format", "memory", "seed", "config"]),
    (
        "custom",
        &["words", "config", "train/components", "train/datasets"],
    ),
    ("grid", &["seed", "words", "codes", "config", "identity"]),
    (
        "store",
        &[
            "atomic_write",
            "format",
            "safe_path",
            "config",
            "trace",
            "identity",
            "train/components",
        ],
    ),
    (
        "train",
        &[
            "seed",
            "config",
            "trace",
            "train/components",
            "train/datasets",
        ],
    ),
    (
        "load",
        &["atomic_write", "config", "train/datasets", "grid"],
    ),
    ("results", &["trace", "grid"]),
    (
        "train/recorder",
        &[
            "config",
            "trace",
            "identity",
            "train/components",
            "train/datasets",
            "train",
        ],
    ),
    (
        "weights",
        &[
            "atomic_write",
            "config",
            "trace",
            "identity",
            "train/components",
            "train/datasets",
            "grid",
            "train",
        ],
    ),
    (
        "diagnose",
        &["format", "words", "codes", "config", "trace", "results"],
    ),
    (
        "import",
        &[
            "format", "config", "trace", "identity", "grid", "store", "results",
        ],
    ),
    (
        "inspect",
        &[
            "config",
            "trace",
            "train/components",
            "train",
            "train/recorder",
        ],
    ),
    (
        "train/autograd",
        &[
            "seed",
            "config",
            "trace",
            "identity",
            "train/components",
            "train/datasets",
            "train",
            "train/recorder",
        ],
    ),
    (
        "train/simd",
        &[
            "seed",
            "config",
            "trace",
            "identity",
            "train/components",
            "train/datasets",
            "train",
            "train/recorder",
        ],
    ),
    (
        "diagnose/fixes",
        &[
            "format", "seed", "codes", "fix_kind", "config", "trace", "identity", "grid",
            "results", "diagnose",
        ],
    ),
    (
        "train/linear",
        &[
            "format",
            "seed",
            "config",
            "trace",
            "identity",
            "train/components",
            "train/datasets",
            "train",
            "train/recorder",
        ],
    ),
    (
        "diagnose/expectations",
        &[
            "format",
            "codes",
            "fix_kind",
            "config",
            "trace",
            "results",
            "diagnose",
            "diagnose/fixes",
        ],
    ),
    (
        "execute",
        &[
            "format",
            "memory",
            "config",
            "trace",
            "identity",
            "train/components",
            "train/datasets",
            "grid",
            "store",
            "train",
            "results",
            "train/recorder",
            "weights",
            "train/autograd",
            "train/simd",
            "train/linear",
        ],
    ),
    (
        "diagnose/baseline",
        &[
            "atomic_write",
            "format",
            "config",
            "trace",
            "results",
            "diagnose",
            "diagnose/expectations",
        ],
    ),
    (
        "export",
        &[
            "atomic_write",
            "safe_path",
            "words",
            "config",
            "trace",
            "identity",
            "results",
            "diagnose",
            "diagnose/expectations",
        ],
    ),
    (
        "report",
        &[
            "atomic_write",
            "format",
            "codes",
            "config",
            "trace",
            "identity",
            "grid",
            "store",
            "results",
            "diagnose",
            "diagnose/fixes",
            "diagnose/expectations",
        ],
    ),
    (
        "search",
        &[
            "words",
            "config",
            "trace",
            "grid",
            "results",
            "diagnose",
            "diagnose/fixes",
            "diagnose/expectations",
        ],
    ),
    (
        "export/ci",
        &["escape", "diagnose/expectations", "diagnose/baseline"],
    ),
    (
        "study",
        &[
            "atomic_write",
            "format",
            "memory",
            "codes",
            "config",
            "trace",
            "identity",
            "train/components",
            "train/datasets",
            "grid",
            "store",
            "train",
            "load",
            "results",
            "diagnose",
            "diagnose/fixes",
            "diagnose/expectations",
            "execute",
            "search",
        ],
    ),
    (
        "terminal",
        &[
            "atomic_write",
            "escape",
            "format",
            "codes",
            "config",
            "trace",
            "store",
            "results",
            "diagnose",
            "diagnose/fixes",
            "diagnose/expectations",
            "execute",
            "report",
            "study",
        ],
    ),
    (
        "observe",
        &[
            "atomic_write",
            "format",
            "config",
            "trace",
            "identity",
            "grid",
            "results",
            "weights",
            "diagnose",
            "execute",
            "report",
            "search",
            "study",
            "terminal",
        ],
    ),
    (
        "session",
        &[
            "fix_kind",
            "format",
            "config",
            "identity",
            "grid",
            "store",
            "load",
            "results",
            "diagnose",
            "import",
            "diagnose/expectations",
            "execute",
            "report",
            "search",
            "study",
            "terminal",
            "observe",
        ],
    ),
];

/// Folders that may use all others: the command line, and what unit tests share.
const FREE: &[&str] = &["", "cli", "testkit"];

/// The path of a module, or of an item in it, from the root of the crate.
type Names = Vec<String>;

/// A source file without its tests.
struct Source {
    /// Its module.
    module: Names,
    /// Its path below `src/`.
    file: String,
    /// The items that it uses, as they are named in it.
    uses: BTreeSet<Names>,
    /// The items that it offers from other files, by their names here.
    reexports: BTreeMap<String, Names>,
    /// The names of its types.
    types: Vec<String>,
    /// The words of its code.
    words: BTreeSet<String>,
}

/// Returns every file below `src/`, but for tests.
fn sources() -> Vec<Source> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut texts = Vec::new();
    for entry in walkdir::WalkDir::new(&src).sort_by_file_name() {
        let path = entry.unwrap().into_path();
        let below = path.strip_prefix(&src).unwrap().to_str().unwrap();
        let is_test = below.contains("/tests/") || below.ends_with("/tests.rs");
        // The program uses the library from outside.
        if below.ends_with(".rs") && !is_test && below != "main.rs" {
            texts.push((below.to_owned(), fs::read_to_string(&path).unwrap()));
        }
    }
    assert!(texts.len() > 20, "src/ was not found");
    let modules: BTreeSet<Names> = texts.iter().map(|(file, _)| module(file)).collect();
    let read = |(file, text): (String, String)| Source::new(file, &text, &modules);
    texts.into_iter().map(read).collect()
}

/// Returns the module of a file.
fn module(file: &str) -> Names {
    let names = file.trim_end_matches(".rs").trim_end_matches("/mod");
    let names = names.split('/').map(str::to_owned);
    names
        .filter(|name| name != "lib" && name != "mod")
        .collect()
}

impl Source {
    fn new(file: String, text: &str, modules: &BTreeSet<Names>) -> Source {
        let mut source = Source {
            module: module(&file),
            file,
            uses: BTreeSet::new(),
            reexports: BTreeMap::new(),
            types: Vec::new(),
            words: BTreeSet::new(),
        };
        let mut rest = Vec::new();
        let mut imports = BTreeMap::new();
        for item in items(text.parse().unwrap()) {
            let is_public = matches!(&item[0], TokenTree::Ident(word) if word == "pub");
            let Some(at) = item.iter().position(|token| is_word(token, "use")) else {
                rest.extend(item);
                continue;
            };
            if item[..at].iter().any(|token| matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace)) {
                rest.extend(item);
                continue;
            }
            for (names, alias) in paths(item[at + 1..].iter().cloned().collect()) {
                let Some(names) = source.absolute(&names, &BTreeMap::new(), modules) else {
                    continue;
                };
                let name = alias.unwrap_or_else(|| names.last().unwrap().clone());
                if is_public {
                    source.reexports.insert(name.clone(), names.clone());
                }
                imports.insert(name, names.clone());
                source.uses.insert(names);
            }
        }
        source.types = types(&rest);
        let code: TokenStream = rest.into_iter().collect();
        source.words = words(code.clone());
        for (names, _) in paths(code) {
            source
                .uses
                .extend(source.absolute(&names, &imports, modules));
        }
        source
    }

    /// Returns a path as seen from the root; `None` for those of other crates and for local names.
    fn absolute(
        &self,
        names: &[String],
        imports: &BTreeMap<String, Names>,
        modules: &BTreeSet<Names>,
    ) -> Option<Names> {
        let child = || [self.module.clone(), names.to_vec()].concat();
        match names[0].as_str() {
            "crate" => Some(names[1..].to_vec()),
            "self" => Some([&self.module, &names[1..]].concat()),
            "super" => {
                let up = names.iter().take_while(|name| *name == "super").count();
                let parent = self.module.len().checked_sub(up)?;
                Some([&self.module[..parent], &names[up..]].concat())
            }
            first if imports.contains_key(first) => Some([&imports[first], &names[1..]].concat()),
            _ if modules.contains(&child()[..=self.module.len()]) => Some(child()),
            _ => None,
        }
    }

    /// Returns the folder of the table that the file is in.
    fn room(&self) -> &str {
        room(&self.module)
    }
}

/// Returns the folder of the table that has a module: the longest that fits.
fn room(names: &[String]) -> &'static str {
    let path = names.join("/");
    let known = ROOMS
        .iter()
        .map(|(room, _)| *room)
        .chain(FREE.iter().copied());
    let fits = |room: &&str| {
        let rest = path.strip_prefix(*room);
        room.is_empty() || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    known
        .filter(fits)
        .max_by_key(|room| room.len())
        .unwrap_or("")
}

fn is_word(token: &TokenTree, word: &str) -> bool {
    matches!(token, TokenTree::Ident(ident) if ident == word)
}

fn is_sign(token: Option<&TokenTree>, sign: char) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == sign)
}

/// Splits a file into its items, without attributes, and without those that only tests have.
fn items(code: TokenStream) -> Vec<Vec<TokenTree>> {
    let mut items = Vec::new();
    let (mut item, mut is_test) = (Vec::<TokenTree>::new(), false);
    let mut tokens = code.into_iter().peekable();
    while let Some(token) = tokens.next() {
        if item.is_empty() && is_sign(Some(&token), '#') {
            let attribute = tokens.find(|token| matches!(token, TokenTree::Group(_)));
            is_test |= attribute.unwrap().to_string().replace(' ', "") == "[cfg(test)]";
            continue;
        }
        let ends_with_brace = !item.iter().any(|token| {
            ["use", "const", "static", "type"]
                .iter()
                .any(|word| is_word(token, word))
        }) || item.iter().any(|token| is_word(token, "fn"));
        let is_brace =
            matches!(&token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace);
        let ends = is_sign(Some(&token), ';') || is_brace && ends_with_brace;
        item.push(token);
        if ends {
            if !std::mem::take(&mut is_test) {
                items.push(item);
            }
            item = Vec::new();
        }
    }
    items
}

/// Returns the names of the types in code, but for associated types.
fn types(tokens: &[TokenTree]) -> Vec<String> {
    let mut names = Vec::new();
    let mut is_impl = false;
    for (at, token) in tokens.iter().enumerate() {
        match token {
            TokenTree::Group(group) => {
                let is_body = group.delimiter() == Delimiter::Brace;
                let inner: Vec<TokenTree> = group.stream().into_iter().collect();
                if !(is_body && std::mem::take(&mut is_impl)) {
                    names.extend(types(&inner));
                }
            }
            TokenTree::Ident(word) => {
                let (word, name) = (word.to_string(), tokens.get(at + 1));
                is_impl |= word == "impl" || word == "trait";
                let defines = ["struct", "enum", "union", "trait", "type"].contains(&word.as_str());
                if let (true, Some(TokenTree::Ident(name))) = (defines, name) {
                    names.push(name.to_string());
                }
            }
            TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
    names
}

/// Returns the words of code: names, macros such as `print!`, and calls without arguments such as `stdout()`.
fn words(code: TokenStream) -> BTreeSet<String> {
    let tokens: Vec<TokenTree> = code.into_iter().collect();
    let mut found = BTreeSet::new();
    for (at, token) in tokens.iter().enumerate() {
        match token {
            TokenTree::Group(group) => found.extend(words(group.stream())),
            TokenTree::Ident(word) => {
                let end = match tokens.get(at + 1) {
                    Some(TokenTree::Punct(sign)) if sign.as_char() == '!' => "!",
                    Some(TokenTree::Group(group)) if group.stream().is_empty() => "()",
                    _ => "",
                };
                found.extend([word.to_string(), format!("{word}{end}")]);
            }
            TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
    found
}

/// Returns every path of two or more names in code, and every name in braces after one, with its alias.
fn paths(code: TokenStream) -> Vec<(Names, Option<String>)> {
    let tokens: Vec<TokenTree> = code.into_iter().collect();
    let mut found = Vec::new();
    collect(&tokens, &[], &mut found);
    found.retain(|(names, _)| names.len() > 1);
    found
}

fn collect(tokens: &[TokenTree], before: &[String], found: &mut Vec<(Names, Option<String>)>) {
    let mut at = 0;
    while at < tokens.len() {
        match &tokens[at] {
            TokenTree::Group(group) => {
                let inner: Vec<TokenTree> = group.stream().into_iter().collect();
                collect(&inner, &[], found);
                at += 1;
            }
            TokenTree::Ident(first) => {
                // A name after a point is a field or a method.
                let is_field = at > 0 && is_sign(tokens.get(at - 1), '.');
                let mut names = before.to_vec();
                names.push(first.to_string());
                at += 1;
                while is_sign(tokens.get(at), ':') && is_sign(tokens.get(at + 1), ':') {
                    match tokens.get(at + 2) {
                        Some(TokenTree::Ident(name)) => names.push(name.to_string()),
                        Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => {
                            let inner: Vec<TokenTree> = group.stream().into_iter().collect();
                            collect(&inner, &names, found);
                            names.clear();
                        }
                        _ => break,
                    }
                    at += 3;
                }
                let mut alias = None;
                if let (Some(word), Some(TokenTree::Ident(name))) =
                    (tokens.get(at), tokens.get(at + 1))
                    && is_word(word, "as")
                {
                    alias = Some(name.to_string());
                    at += 2;
                }
                if names.last().is_some_and(|last| last == "self") && names.len() > 1 {
                    names.pop();
                }
                if !is_field && !names.is_empty() {
                    found.push((names, alias));
                }
            }
            TokenTree::Punct(_) | TokenTree::Literal(_) => at += 1,
        }
    }
}

/// Returns the files that each file uses, by their places in the list. An item that another file offers again counts as
/// its own file's.
fn arrows(sources: &[Source]) -> Vec<BTreeSet<usize>> {
    let places: BTreeMap<&Names, usize> = sources
        .iter()
        .enumerate()
        .map(|(i, source)| (&source.module, i))
        .collect();
    let target = |names: &Names| -> usize {
        let mut names = names.clone();
        // A chain of re-exports ends within a few files.
        for _ in 0..8 {
            let (depth, place) = (0..=names.len())
                .rev()
                .find_map(|n| Some((n, *places.get(&names[..n].to_vec())?)))
                .unwrap();
            let next = names
                .get(depth)
                .and_then(|name| sources[place].reexports.get(name));
            match next {
                Some(next) => names = [next, &names[depth + 1..]].concat(),
                None => return place,
            }
        }
        panic!("re-exports in a circle: {names:?}")
    };
    let of = |(i, source): (usize, &Source)| {
        source
            .uses
            .iter()
            .map(target)
            .filter(|other| *other != i)
            .collect()
    };
    sources.iter().enumerate().map(of).collect()
}

/// Returns the circles of a graph: its strongly connected parts of two or more.
fn circles(arrows: &[BTreeSet<usize>]) -> Vec<BTreeSet<usize>> {
    let reached = |from: usize| -> BTreeSet<usize> {
        let (mut seen, mut open) = (BTreeSet::new(), vec![from]);
        while let Some(at) = open.pop() {
            open.extend(arrows[at].iter().filter(|next| seen.insert(**next)));
        }
        seen
    };
    let reached: Vec<BTreeSet<usize>> = (0..arrows.len()).map(reached).collect();
    let circle = |i: usize| -> BTreeSet<usize> {
        reached[i]
            .iter()
            .copied()
            .filter(|j| reached[*j].contains(&i))
            .collect()
    };
    let all: BTreeSet<BTreeSet<usize>> = (0..arrows.len())
        .map(circle)
        .filter(|circle| circle.len() > 1)
        .collect();
    all.into_iter().collect()
}

#[test]
fn every_folder_uses_only_allowed_folders() {
    let table: BTreeMap<&str, &[&str]> = ROOMS.iter().copied().collect();
    let sources = sources();
    let mut wrong = BTreeSet::new();
    for (source, uses) in sources.iter().zip(arrows(&sources)) {
        if FREE.contains(&source.room()) {
            let is_listed = !source.room().is_empty() || source.module.is_empty();
            if !is_listed {
                wrong.insert(format!("{}: not in the table", source.file));
            }
            continue;
        }
        for other in uses.iter().map(|other| sources[*other].room()) {
            if other != source.room() && !table[source.room()].contains(&other) {
                wrong.insert(format!(
                    "{}: {} may not use {other}",
                    source.file,
                    source.room()
                ));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{}",
        wrong.into_iter().collect::<Vec<_>>().join("\n")
    );
}

#[test]
fn the_table_has_no_circles() {
    let mut above = BTreeSet::new();
    for (room, uses) in ROOMS {
        for other in *uses {
            assert!(
                above.contains(other),
                "{room} uses {other}, which comes after it"
            );
        }
        above.insert(room);
    }
}

#[test]
fn no_more_than_two_files_of_one_folder_use_each_other() {
    let sources = sources();
    let folder = |i: &usize| Path::new(&sources[*i].file).parent().unwrap();
    let mut wrong = Vec::new();
    for circle in circles(&arrows(&sources)) {
        let folders: BTreeSet<&Path> = circle.iter().map(folder).collect();
        if circle.len() > 2 || folders.len() > 1 {
            let files: Vec<&str> = circle.iter().map(|i| sources[*i].file.as_str()).collect();
            wrong.push(files.join(" "));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn only_a_few_files_are_unsafe_and_only_two_folders_print() {
    let unsafe_files = [
        "train/datasets/array.rs",
        "train/linear/prefetch.rs",
        "train/linear/product/openblas.rs",
        "terminal/interrupt.rs",
    ];
    let mut wrong = Vec::new();
    for source in sources() {
        let mut words = Vec::new();
        if !source.file.starts_with("train/simd/kernel")
            && !unsafe_files.contains(&source.file.as_str())
        {
            words.extend(["unsafe", "unsafe_code"]);
        }
        if !["cli", "terminal"].contains(&source.room()) {
            words.extend([
                "println!",
                "print!",
                "eprintln!",
                "eprint!",
                "dbg!",
                "stdout()",
                "stderr()",
            ]);
        }
        let found = words
            .into_iter()
            .filter(|word| source.words.contains(*word));
        wrong.extend(found.map(|word| format!("{}: {word}", source.file)));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_two_types_share_a_name() {
    let mut places: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for source in sources() {
        for name in &source.types {
            places
                .entry(name.clone())
                .or_default()
                .push(source.file.clone());
        }
    }
    places.retain(|_, files| files.len() > 1);
    let wrong = places
        .iter()
        .map(|(name, files)| format!("{name}: {}", files.join(" ")));
    assert!(
        places.is_empty(),
        "{}",
        wrong.collect::<Vec<_>>().join("\n")
    );
}

#[test]
fn the_reader_of_paths_finds_all() {
    let modules: BTreeSet<Names> = ["a", "a/b", "a/b/c", "a/d", "e"].map(module).into();
    let uses = |file: &str, text: &str| -> Vec<String> {
        let source = Source::new(file.to_owned(), text, &modules);
        source.uses.iter().map(|names| names.join("/")).collect()
    };
    let text = "use crate::e::Sweep;\npub use crate::{a::{d::X, b}, e as f};\nfn g() { f::y(crate::a::d::z::<u8>()) }";
    assert_eq!(
        uses("e.rs", text),
        ["a/b", "a/d/X", "a/d/z", "e", "e/Sweep", "e/y"]
    );
    let text = "use super::d;\nuse super::super::e::{Y as Z, self};\n#[cfg(test)]\nmod tests { use crate::a; }";
    assert_eq!(
        uses("a/b/mod.rs", text),
        ["a/d", "e"]
            .map(str::to_owned)
            .to_vec()
            .into_iter()
            .chain(["e/Y".to_owned()])
            .collect::<Vec<_>>()
    );
    assert_eq!(
        uses("a/b/mod.rs", "struct S { x: c::T, y: std::io::E }"),
        ["a/b/c/T"]
    );
    assert_eq!(module("a/mod.rs"), ["a"]);
}

#[test]
fn circles_are_found() {
    let arrows = [vec![1], vec![2], vec![0], vec![0, 4], vec![]];
    let arrows: Vec<BTreeSet<usize>> = arrows
        .into_iter()
        .map(|uses| uses.into_iter().collect())
        .collect();
    assert_eq!(circles(&arrows), [BTreeSet::from([0, 1, 2])]);
}
