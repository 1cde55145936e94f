//! `sweep __worker` trains runs that another process requests: with the same bits, and without losing any when it is
//! killed.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};
use std::sync::atomic::AtomicBool;
use std::time::Duration;
use sweep::config::Overrides;
use sweep::execute::{Options, Reply, Request, Rerun, executors, plan, train};
use sweep::load::{Loaded, load_text};
use sweep::store::Store;
use sweep::study::Storing;

/// Networks of two shapes, linear models with a solver, and one-weight models: every executor.
const SWEEPS: [&str; 4] = [
    "seeds = 3\n[data]\nsource = 'moons'\nrows = 64\n[base]\nepochs = 20\n[grid]\nlr = [0.01, 0.1, 1e30]\ndepth = [1, 2]",
    "seeds = 2\n[data]\nsource = 'sine'\nrows = 32\n[base]\nhidden = [200]\nsteps = 20",
    "seeds = 2\n[data]\nsource = 'gaussian'\nrows = 100\nnoise = 0.1\n[base]\nmodel = 'linear'\nsolver = 'normal-equations'",
    "seeds = 2\n[data]\nsource = 'none'\n[base]\nmodel = 'ripples'\nsteps = 50",
];

/// The requests of all runs, and the traces of this process as JSON, by run ID.
fn all() -> (Vec<Request>, BTreeMap<String, String>) {
    let (mut requests, mut traces) = (Vec::new(), BTreeMap::new());
    for text in SWEEPS {
        let loaded = load_text("a.toml".as_ref(), text, &Overrides::default()).unwrap();
        let Loaded {
            sweep,
            cells,
            files,
        } = loaded;
        let (executors, nothing) = (executors(), |_| Ok(None));
        let (seeds, rerun) = (&sweep.seeds, Rerun::Nothing);
        let plan = plan(cells, seeds, &files, &nothing, &executors, rerun).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).unwrap();
        let (options, cancelled) = (Options::default(), AtomicBool::new(false));
        let storing = Storing::new(&store, &|_| ());
        let trained = train(plan, &executors, &files, &options, &cancelled, &|event| {
            storing.hear(event)
        });
        for of in trained.unwrap().0.cells {
            for result in &of.runs {
                requests.push(Request::of(&of.cell, &result.run, None));
                let trace = serde_json::to_string(result.trace().unwrap()).unwrap();
                traces.insert(result.run.id.to_string(), trace);
            }
        }
    }
    (requests, traces)
}

/// Sends requests to one worker, which is killed after some time, if any. Returns its replies, its exit code and its
/// messages. A torn last line is dropped.
fn ask(lines: &[String], killed_after: Option<Duration>) -> (Vec<Reply>, Option<i32>, String) {
    let mut worker = Command::new(env!("CARGO_BIN_EXE_sweep"))
        .arg("__worker")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let (mut to, from) = (worker.stdin.take().unwrap(), worker.stdout.take().unwrap());
    let replies = std::thread::scope(|scope| {
        // A killed worker reads no more requests.
        scope.spawn(move || lines.iter().try_for_each(|line| writeln!(to, "{line}")));
        let read = scope.spawn(|| {
            let lines = BufReader::new(from).lines().map_while(Result::ok);
            let replies = lines.map_while(|line| serde_json::from_str(&line).ok());
            replies.collect::<Vec<Reply>>()
        });
        if let Some(time) = killed_after {
            std::thread::sleep(time);
            worker.kill().unwrap();
        }
        read.join().unwrap()
    });
    let output = worker.wait_with_output().unwrap();
    let messages = String::from_utf8(output.stderr).unwrap();
    (replies, output.status.code(), messages)
}

fn lines(requests: &[Request]) -> Vec<String> {
    let lines = requests.iter().map(serde_json::to_string);
    lines.map(Result::unwrap).collect()
}

#[test]
fn traces_of_a_worker_are_bit_identical_even_if_workers_are_killed_at_50_moments() {
    let (requests, traces) = all();
    let mut replies: BTreeMap<String, String> = BTreeMap::new();
    let mut take = |new: Vec<Reply>| {
        for reply in new {
            let trace = serde_json::to_string(&reply.trace).unwrap();
            replies.insert(reply.id, trace);
        }
        let left = requests
            .iter()
            .filter(|request| !replies.contains_key(&request.id));
        lines(&left.cloned().collect::<Vec<_>>())
    };
    let mut left = lines(&requests);
    for kill in 0..50 {
        // Spread over the time of the start and of some runs; the same moments in every run of the test.
        let time = Duration::from_micros(997 * (kill * 17 % 50));
        // Without open requests, all are asked again.
        let open = match left.is_empty() {
            true => lines(&requests),
            false => left,
        };
        left = take(ask(&open, Some(time)).0);
    }
    let (last, code, messages) = ask(&left, None);
    assert_eq!((code, messages.as_str()), (Some(0), ""));
    assert!(take(last).is_empty());
    assert_eq!(replies, traces);
}

#[test]
fn a_worker_refuses_a_request_that_it_would_train_as_another_run() {
    let (requests, _) = all();
    let mut other = requests[0].clone();
    other.seed += 1;
    let (replies, code, messages) = ask(&lines(&[requests[1].clone(), other]), None);
    assert_eq!((replies.len(), code), (1, Some(3)), "{messages}");
    assert!(messages.contains("another run ID"), "{messages}");
    let (_, code, messages) = ask(&["{}".to_owned()], None);
    assert_eq!(code, Some(3));
    assert!(messages.contains("request 1"), "{messages}");
}
