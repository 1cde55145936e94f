//! Hostile files: too long, endless, or with text that must not reach a terminal, a CI service or a path.
//!
//! No test measures time: a quadratic algorithm would take minutes.
#![allow(clippy::unwrap_used)]
#![cfg(unix)]

mod support;

use std::fmt::Write as _;
use std::fs;
use std::io::{Read, Write as _};
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::process::{Command, Stdio};
use support::{Place, ROLL};
use sweep::config::{Faults, Overrides, limits};
use sweep::load::load_text;

fn faults(text: &str) -> Faults {
    load_text(Path::new("a.toml"), text, &Overrides::default()).unwrap_err()
}

/// Returns the lines for i from 0 to n.
fn many(n: usize, line: impl Fn(usize) -> String) -> String {
    (0..n).map(line).collect()
}

#[test]
fn of_thousands_of_similar_errors_fifty_are_shown_and_all_are_counted() {
    let keys = many(8_000, |i| format!("momentun_{i} = {i}\n"));
    let place = Place::with(
        "a.toml",
        &format!("[data]\nsource = \"sine\"\n[base]\n{keys}"),
    );
    place.write(
        "b.toml",
        "[data]\nsource = \"sine\"\n[base]\nx = 1\ny = 2\n",
    );
    let ran = place.sweep(&["plan", "a.toml", "b.toml"]);
    assert_eq!(ran.code, Some(2));
    let shown = ran.err.matches("error: unknown key `").count();
    assert_eq!(shown, 50, "{}", ran.err);
    assert!(
        ran.err.contains("… and 7,952 more: unknown key …"),
        "{}",
        ran.err
    );
    assert!(ran.err.contains("found 8002 errors"), "{}", ran.err);
}

#[test]
fn endless_and_special_files_are_rejected() {
    let place = Place::with(
        "good.toml",
        "[data]\nsource = { csv = \"d.csv\", target = \"y\" }\n",
    );
    fs::create_dir(place.path("folder.csv")).unwrap();
    let _socket = UnixListener::bind(place.path("socket")).unwrap();
    let made = Command::new("mkfifo").arg(place.path("fifo")).status();
    assert!(made.unwrap().success());
    for (path, why) in [
        ("/dev/zero", "it is a device"),
        ("fifo", "a pipe without a writer"),
        ("socket", "it is a socket"),
    ] {
        let ran = place.sweep(&["plan", path]);
        assert_eq!(ran.code, Some(2), "{path}: {}", ran.err);
        assert!(ran.err.contains(why), "{path}: {}", ran.err);
    }
    for (path, why) in [
        ("/dev/zero", "it is a device"),
        ("fifo", "it is a pipe"),
        ("socket", "it is a socket"),
        ("folder.csv", "it is a folder"),
    ] {
        for source in [
            format!("{{ csv = \"{path}\", target = \"y\" }}"),
            format!("{{ npy = \"{path}\", target = \"{path}\" }}"),
            format!("{{ npz = \"{path}\", target = \"y\" }}"),
            format!("{{ idx = \"{path}\", target = \"{path}\" }}"),
        ] {
            place.write("a.toml", &format!("[data]\nsource = {source}\n"));
            let ran = place.sweep(&["plan", "a.toml"]);
            assert_eq!(ran.code, Some(2), "{source}: {}", ran.err);
            assert!(ran.err.contains(why), "{source}: {}", ran.err);
        }
    }
}

/// Runs `sweep plan` on text from a pipe.
fn plan_from_pipe(place: &Place, text: &[u8]) -> (Option<i32>, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_sweep"))
        .args(["plan", "/dev/stdin"])
        .current_dir(place.path(""))
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // The reader can close the pipe early.
    let _ = child.stdin.take().unwrap().write_all(text);
    let mut err = String::new();
    child
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut err)
        .unwrap();
    (child.wait().unwrap().code(), err)
}

#[test]
fn a_sweep_file_from_a_pipe_has_a_size_limit() {
    let place = Place::new();
    assert_eq!(plan_from_pipe(&place, ROLL.as_bytes()).0, Some(0));
    let long = vec![b'#'; limits::FILE.most + 1];
    let (code, err) = plan_from_pipe(&place, &long);
    assert_eq!(code, Some(2), "{err}");
    assert!(err.contains("more than 4194304 bytes"), "{err}");
}

#[test]
fn exceeding_a_limit_of_a_sweep_file_gives_one_error_with_the_limit() {
    let head = "[data]\nsource = \"sine\"\n";
    let list = |n: usize| many(n, |i| format!("{},", i + 1));
    let cases = [
        (
            &limits::KEY,
            format!("{head}[base]\n\"{}\" = 1\n", "k".repeat(1 << 20)),
        ),
        (
            &limits::NAME,
            format!("title = \"{}\"\n{head}", "t".repeat(1_001)),
        ),
        (
            &limits::NAME,
            format!(
                "{head}[[expect]]\nname = \"{}\"\noutcome = \"finished\"\n",
                "n".repeat(1_001)
            ),
        ),
        (
            &limits::TEXT,
            format!(
                "[data]\nsource = {{ csv = \"{}\", target = \"y\" }}\n",
                "p".repeat(5_000)
            ),
        ),
        (
            &limits::AXES,
            format!("{head}{}", many(257, |i| format!("[zip.a{i}]\nlr = [1]\n"))),
        ),
        (
            &limits::VALUES,
            format!("{head}[grid]\nlr = [{}]\n", list(100_001)),
        ),
        (
            &limits::LAYERS,
            format!("{head}[base]\nhidden = [{}]\n", list(10_001)),
        ),
        (
            &limits::LIST,
            format!(
                "{head}[[exclude]]\nwhere = {{ lr = [{}] }}\n",
                list(100_001)
            ),
        ),
        (
            &limits::EXCLUDES,
            format!(
                "{head}{}",
                many(1_001, |i| format!(
                    "[[exclude]]\nwhere = {{ lr = {} }}\n",
                    i + 1
                ))
            ),
        ),
        (
            &limits::EXPECTATIONS,
            format!(
                "{head}{}",
                many(1_001, |_| "[[expect]]\noutcome = \"finished\"\n".to_owned())
            ),
        ),
        (
            &limits::RUNS,
            format!("seeds = 100_000\n{head}[grid]\nlr = [{}]\n", list(101)),
        ),
    ];
    for (limit, text) in cases {
        let faults = faults(&text).0;
        let [fault] = &faults[..] else {
            panic!("{}: {} faults", limit.what, faults.len());
        };
        let said = format!("{}; the limit is {}", limit.unit, limit.most);
        assert!(fault.message.ends_with(&said), "{}", fault.message);
        assert_eq!(fault.help.as_deref(), Some(limit.help));
    }
}

#[test]
fn exceeding_a_limit_of_a_csv_file_gives_one_error_with_the_limit() {
    let place = Place::with(
        "a.toml",
        "[data]\nsource = { csv = \"d.csv\", target = \"y\" }\n",
    );
    let wide = many(50_000, |i| format!("c{i},")) + "y";
    let cases = [
        (&limits::COLUMNS, format!("{wide}\n")),
        (
            &limits::HEADER,
            format!(
                "{}y\n1\n",
                many(2_000, |i| format!("{i}{},", "c".repeat(600)))
            ),
        ),
        (
            &limits::COLUMN_NAME,
            format!("{},y\n1,2\n", "c".repeat(1_001)),
        ),
        (
            &limits::FIELD,
            format!("x,y\n\"{}\",2\n", "1".repeat(1 << 17)),
        ),
    ];
    for (limit, text) in cases {
        place.write("d.csv", &text);
        let ran = place.sweep(&["plan", "a.toml"]);
        assert_eq!(ran.code, Some(2), "{}", ran.err);
        let said = format!("{}; the limit is {}", limit.unit, limit.most);
        assert!(ran.err.contains(&said), "{}", ran.err);
        assert!(ran.err.contains("found 1 error\n"), "{}", ran.err);
    }
}

#[test]
fn a_sweep_without_cells_has_one_error() {
    let text = "[data]\nsource = \"sine\"\n[grid]\nlr = [0.1, 0.2]\n[[exclude]]\nwhere = { lr = [0.1, 0.2] }\n\
                [[expect]]\nwhere = { lr = 0.1 }\nskill = { above = 0.5 }\n";
    let faults = faults(text).0;
    let messages: Vec<&str> = faults.iter().map(|fault| fault.message.as_str()).collect();
    assert_eq!(messages, ["all cells are excluded"]);
}

#[test]
fn many_blocks_match_many_cells_without_quadratic_time() {
    let mut text = "[data]\nsource = \"sine\"\n[grid]\nlr = { linear = [1, 1000], n = 1000 }\n\
                    momentum = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8]\n"
        .to_owned();
    for i in 0..1_000 {
        let momentum = 0.1 + f64::from(i % 4) / 10.0;
        let list = many(50, |k| format!("{},", (i + k as u32 * 7) % 500 + 501));
        write!(
            text,
            "[[exclude]]\nwhere = {{ lr = [{list}], momentum = {momentum:.1} }}\n\
             [[expect]]\nwhere = {{ momentum = {{ above = 0.45 }}, lr = {{ at_most = {} }} }}\n\
             better_than = {{ momentum = 0.5 }}\n",
            i % 7 + 2
        )
        .unwrap();
    }
    // Each expectation selects the cell of 0.5, too, and so compares it with itself.
    let faults = faults(&text);
    assert_eq!(faults.count(), 1_000);
    assert!(
        faults.0[0].label.contains("compared with itself"),
        "{:?}",
        faults.0[0].label
    );
}

/// Text that must not reach a terminal or a log.
const HOSTILE: &str = r"a\u001b[31mb\n::error::pwned\r\n##[error]pwned\u009b2J\u202ec\u007f";

fn has_controls(text: &str) -> bool {
    let unsafe_char =
        |c: char| c != '\n' && (c.is_control() || matches!(c, '\u{202a}'..='\u{202e}'));
    text.chars().any(unsafe_char)
}

#[test]
fn text_from_files_cannot_control_a_terminal_or_a_ci_service() {
    let expect = format!(
        "[[expect]]\nname = \"{HOSTILE}\"\nwhere = {{ lr = 0.01 }}\ntrain_loss = {{ below = 1e-9 }}\n"
    );
    let text = ROLL.replace("A weight rolls down", HOSTILE) + &expect;
    let place = Place::with("::error::a\u{1b}[2J.toml", &text);
    let file = "::error::a\u{1b}[2J.toml";
    let check = ["check", file, "--junit", "j.xml", "--json=j.json"];
    let calls: [&[&str]; 7] = [
        &check,
        &["plan", file],
        &["run", file],
        &["fix", file],
        &["list"],
        &["explain", "a\u{1b}[2J\n::error::b"],
        &["export", file, "--to", "csv"],
    ];
    for args in calls {
        let ran = place.sweep_on_github(args);
        for text in [&ran.out, &ran.err] {
            assert!(!has_controls(text), "{args:?}: {text:?}");
            let commands = text
                .lines()
                .filter(|line| line.trim_start().starts_with("::"));
            for command in commands {
                assert!(command.starts_with("::error file=%3A%3Aerror"), "{command}");
                assert!(
                    command.contains("%0A%3A%3Aerror%3A%3Apwned%0D%0A"),
                    "{command}"
                );
            }
            let group = text.contains("##[");
            assert!(!group || text.contains("::error file="), "{args:?}: {text}");
        }
    }
    let junit = fs::read_to_string(place.path("j.xml")).unwrap();
    assert!(!has_controls(&junit), "{junit:?}");
    assert!(
        junit.contains(r"a\u{1b}[31mb\n::error::pwned\r\n"),
        "{junit}"
    );
    // JSON contains the original text.
    let json = fs::read_to_string(place.path("j.json")).unwrap();
    assert!(json.contains(r"a\u001b[31mb\n::error::pwned\r\n"), "{json}");
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert!(json.to_string().contains(r"\n::error::pwned"));
}

#[test]
fn text_from_files_has_no_colors() {
    let text = ROLL.replace("A weight rolls down", HOSTILE);
    let place = Place::with("a.toml", &text);
    let ran = place.sweep(&["run", "a.toml", "--color", "always"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert!(
        ran.out.starts_with("\u{1b}[1ma\\u{1b}[31mb\\n::error::"),
        "{:?}",
        ran.out
    );
    assert!(!ran.out.contains("\u{1b}[31m"), "{:?}", ran.out);
}

#[test]
fn quoted_text_in_errors_is_escaped() {
    let place = Place::with(
        "a.toml",
        "[data]\nsource = { csv = \"d\\u001b[2J.csv\", target = \"y\\n::error::z\" }\n\
         [base]\n\"k\\n::error::\\u001b[2J\" = \"\\u202e\"\noptimizer = \"adm\\n::error::\"\n",
    );
    place.write(
        "d\u{1b}[2J.csv",
        "x,\"y\n::error::\u{1b}[2J\"\n1,2\n\"\u{9b}w\",3\n",
    );
    for color in ["never", "always"] {
        let ran = place.sweep_on_github(&["plan", "a.toml", "--color", color]);
        assert_eq!(ran.code, Some(2));
        let mut plain = ran.err.clone();
        if color == "always" {
            // Removes the sequences of colors.
            let parts = ran.err.split("\u{1b}[").enumerate();
            plain = parts
                .map(|(i, part)| match i {
                    0 => part,
                    _ => part
                        .trim_start_matches(|c: char| c.is_ascii_digit() || c == ';')
                        .strip_prefix('m')
                        .unwrap(),
                })
                .collect();
        }
        assert!(!has_controls(&plain), "{plain:?}");
        assert!(
            !plain
                .lines()
                .any(|line| line.trim_start().starts_with("::")),
            "{plain}"
        );
        assert!(plain.contains(r"k\n::error::\u{1b}[2J"), "{plain}");
    }
}

fn store(place: &Place) -> rusqlite::Connection {
    rusqlite::Connection::open(place.path("a/reports/sweep.db")).unwrap()
}

#[test]
fn an_untrusted_store_writes_nothing_outside_of_the_report() {
    // The target avoids reference runs.
    let network =
        "target = 1.0\n[data]\nsource = \"sine\"\nrows = 32\n[base]\nhidden = [4]\nsteps = 4\n";
    let place = Place::with("a/lr.toml", network);
    assert_eq!(place.sweep_in("a", &["lr.toml"]).code, Some(0));
    let (id, record): (Vec<u8>, Vec<u8>) = store(&place)
        .query_row("SELECT id, trace FROM runs", [], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .unwrap();

    // The name of a layer is a path out of the folder.
    let mut plain = Vec::new();
    flate2::read::ZlibDecoder::new(&record[1..])
        .read_to_end(&mut plain)
        .unwrap();
    // A text of MessagePack: a mark with its length, and its bytes.
    let (name, escape) = (b"\xa8hidden 1", b"\xbb../../../../../../../escape");
    let at = plain.windows(name.len()).position(|bytes| bytes == name);
    let at = at.unwrap();
    plain.splice(at..at + name.len(), *escape);
    let mut hostile = vec![record[0]];
    flate2::read::ZlibEncoder::new(&plain[..], flate2::Compression::fast())
        .read_to_end(&mut hostile)
        .unwrap();
    store(&place)
        .execute("UPDATE runs SET trace = ?1", [hostile])
        .unwrap();
    for format in ["mlflow", "tensorboard", "csv", "jsonl"] {
        let ran = place.sweep_in("a", &["export", "lr.toml", "--to", format, "--curves"]);
        assert_eq!(ran.code, Some(0), "{format}: {}", ran.err);
    }
    let files = walkdir::WalkDir::new(place.path(""));
    let names = files.into_iter().map(|entry| entry.unwrap().into_path());
    let escaped: Vec<_> = names.filter(|path| path.ends_with("escape")).collect();
    let export = place.path("a/reports/export/mlflow");
    assert!(
        !escaped.is_empty() && escaped.iter().all(|path| path.starts_with(&export)),
        "{escaped:?}"
    );

    // The name of a page is such a path.
    store(&place)
        .execute("UPDATE runs SET trace = ?1", [record])
        .unwrap();
    let digits: String = id.iter().map(|byte| format!("{byte:02x}")).collect();
    let absolute = place.path("absolute").display().to_string();
    for name in [
        "../../outside",
        &absolute,
        "a/../../../outside",
        "",
        "..",
        "a\0b",
    ] {
        store(&place)
            .execute("UPDATE sweeps SET name = ?1", [name])
            .unwrap();
        let ran = place.sweep_in("a", &["inspect", &digits]);
        assert_eq!(ran.code, Some(2), "{name:?}: {}", ran.err);
        assert!(ran.err.contains("not a path below"), "{}", ran.err);
    }
    for outside in ["outside", "absolute", "a/outside"] {
        assert!(!place.path(outside).exists(), "{outside}");
    }
}
