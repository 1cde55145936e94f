//! Ctrl-C and requests to terminate. While nothing is trained, the first one ends the program at once.
//! During training the first one ends it in good order, and the second one at once.

use super::output::Output;
use crate::replace;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

/// Set by the first signal during training; runs under way then end without a trace.
static CANCELLED: AtomicBool = AtomicBool::new(false);
/// Whether there is something to end in good order.
static TRAINING: AtomicBool = AtomicBool::new(false);

/// The exit code of a program that was interrupted.
const INTERRUPTED: i32 = 3;
/// How long the last words may take, which nobody may read.
const LAST_WORDS: Duration = Duration::from_millis(300);

/// Listens from now on.
pub fn listen(output: &Output) {
    let output = output.clone();
    let ignored = ignored::signals();
    // Without a handler a signal ends the program at once, and finished runs are kept all the same.
    let _ = ctrlc::set_handler(move || hear(&output));
    ignored::ignore(&ignored);
}

/// From now on the first signal sets this flag, and the program ends in good order.
pub fn train() -> &'static AtomicBool {
    TRAINING.store(true, Ordering::Relaxed);
    &CANCELLED
}

/// The flag, for what ends at once until training starts.
pub fn flag() -> &'static AtomicBool {
    &CANCELLED
}

fn hear(output: &Output) {
    let is_training = TRAINING.load(Ordering::Relaxed);
    if is_training && !CANCELLED.swap(true, Ordering::Relaxed) {
        let output = output.clone();
        let tell = move || {
            output.message("ending after the steps under way; Ctrl-C again to end at once");
        };
        // On a thread of its own: a stderr that nobody reads must not hold up the second signal.
        let _ = thread::Builder::new().spawn(tell);
        return;
    }
    if !is_training {
        let (said, heard) = channel();
        let output = output.clone();
        let tell = move || {
            output.error("interrupted; run the same command again");
            let _ = said.send(());
        };
        let _ = thread::Builder::new().spawn(tell);
        let _ = heard.recv_timeout(LAST_WORDS);
    }
    replace::abandon();
    std::process::exit(INTERRUPTED);
}

/// Signals that whoever started the program wants ignored, as `nohup` does: they stay so.
#[cfg(unix)]
mod ignored {
    use libc::{SIG_IGN, SIGHUP, SIGINT, SIGTERM, c_int, sigaction, signal};
    use std::mem::MaybeUninit;
    use std::ptr::null;

    pub fn signals() -> Vec<c_int> {
        let all = [SIGHUP, SIGINT, SIGTERM].into_iter();
        all.filter(|number| is_ignored(*number)).collect()
    }

    fn is_ignored(number: c_int) -> bool {
        let mut action = MaybeUninit::<sigaction>::zeroed();
        // SAFETY: without a new action, this only writes the one that is in force, which is plain data.
        #[allow(unsafe_code)]
        let (failed, action) = unsafe {
            let failed = sigaction(number, null(), action.as_mut_ptr());
            (failed, action.assume_init())
        };
        failed == 0 && action.sa_sigaction == SIG_IGN
    }

    /// Ignores them again.
    pub fn ignore(signals: &[c_int]) {
        for number in signals {
            // SAFETY: no handler of ours is called.
            #[allow(unsafe_code)]
            unsafe {
                signal(*number, SIG_IGN);
            }
        }
    }
}

/// Only Unix ignores signals on request.
#[cfg(not(unix))]
mod ignored {
    pub fn signals() {}
    pub fn ignore(_: &()) {}
}
