//! Compares the runs of two stores, such as those of an old and a new version of sweep:
//!
//! ```sh
//! cargo run --release --example stores -- old/ new/
//! ```
//!
//! Every run of the old report folder must be in the new one under the same ID, with the same bits of every number that
//! both record. Prints what differs, and exits with 1 if anything does.
#![allow(clippy::print_stdout)]

use std::path::Path;
use std::process::ExitCode;
use sweep::store::{Store, StoreError};

fn main() -> Result<ExitCode, StoreError> {
    let folders: Vec<String> = std::env::args().skip(1).collect();
    let [old, new] = &folders[..] else {
        println!("usage: stores OLD NEW, two report folders");
        return Ok(ExitCode::from(2));
    };
    let open = |folder: &String| Store::open_existing(Path::new(folder));
    let (Some(old), Some(new)) = (open(old)?, open(new)?) else {
        println!("a folder has no store");
        return Ok(ExitCode::from(2));
    };
    let ids = old.starting_with("", usize::MAX >> 1)?;
    let (mut missing, mut wrong, mut numbers) = (0, 0, 0);
    for id in &ids {
        let Some((trace, _)) = old.get(*id)? else {
            continue;
        };
        let Some((other, _)) = new.get(*id)? else {
            println!("{id}: not in the new store");
            missing += 1;
            continue;
        };
        let compared = trace.compared(&other);
        numbers += compared.equal;
        if !trace.is_same_run(&other) {
            println!(
                "{id}: {compared:?}, {} and {}",
                trace.outcome.name(),
                other.outcome.name()
            );
            wrong += 1;
        }
    }
    let same = ids.len() - missing - wrong;
    println!(
        "{} runs: {same} equal with {numbers} numbers, {wrong} different, {missing} missing",
        ids.len()
    );
    Ok(ExitCode::from(u8::from(missing + wrong > 0)))
}
