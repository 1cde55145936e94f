//! Ctrl-C: once to end in good order, twice to end at once.

use super::output::Output;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

/// Set by the first Ctrl-C (or a request to terminate); runs under way then end without a trace.
static CANCELLED: AtomicBool = AtomicBool::new(false);

/// Listens from now on, and gives the flag to look at.
pub fn listen(output: &Output) -> &'static AtomicBool {
    let output = output.clone();
    // Without a handler Ctrl-C ends the program at once, and finished runs are kept all the same.
    let _ = ctrlc::set_handler(move || {
        if CANCELLED.swap(true, Ordering::Relaxed) {
            std::process::exit(3);
        }
        let output = output.clone();
        let tell = move || {
            output.message("ending after the steps under way; Ctrl-C again to end at once");
        };
        // On a thread of its own: a stderr that nobody reads must not hold up the second Ctrl-C.
        let _ = thread::Builder::new().spawn(tell);
    });
    &CANCELLED
}
