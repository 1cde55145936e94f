//! Ctrl-C and termination signals. During training, the first one stops after the current steps, and the second one
//! exits immediately. Otherwise the first one exits immediately.

use super::output::Output;
use crate::atomic_write;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

/// Set by the first signal during training; running runs then end without a trace.
static CANCELLED: AtomicBool = AtomicBool::new(false);
/// Whether training has started, which a signal stops gracefully.
static TRAINING: AtomicBool = AtomicBool::new(false);

/// The exit code of a program that was interrupted.
const INTERRUPTED: i32 = 3;
/// Time limit of the last message, which a blocked stderr could delay forever.
const LAST_WORDS: Duration = Duration::from_millis(300);

/// Installs the signal handler.
pub fn listen(output: &Output) {
    let output = output.clone();
    let ignored = ignored::signals();
    // Without a handler, a signal ends the program immediately; finished runs are stored already.
    let _ = ctrlc::set_handler(move || hear(&output));
    ignored::ignore(&ignored);
}

/// Starts graceful stopping: from now on, the first signal only sets this flag.
pub fn train() -> &'static AtomicBool {
    TRAINING.store(true, Ordering::Relaxed);
    &CANCELLED
}

/// Returns the flag, without starting graceful stopping.
pub fn flag() -> &'static AtomicBool {
    &CANCELLED
}

fn hear(output: &Output) {
    let is_training = TRAINING.load(Ordering::Relaxed);
    if is_training && !CANCELLED.swap(true, Ordering::Relaxed) {
        let output = output.clone();
        let announce = move || {
            output.message(
                "stopping after the current steps; press Ctrl-C again to exit immediately",
            );
        };
        // On a thread of its own: a blocked stderr must not delay the second signal.
        let _ = thread::Builder::new().spawn(announce);
        return;
    }
    if !is_training {
        let (sender, receiver) = channel();
        let output = output.clone();
        let announce = move || {
            output.error("interrupted; run the same command again");
            let _ = sender.send(());
        };
        let _ = thread::Builder::new().spawn(announce);
        let _ = receiver.recv_timeout(LAST_WORDS);
    }
    atomic_write::abandon();
    std::process::exit(INTERRUPTED);
}

/// Signals that the parent process ignores, as under `nohup`. They stay ignored.
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
        // SAFETY: without a new action, this only writes the current action, which is plain data.
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
            // SAFETY: this installs no handler.
            #[allow(unsafe_code)]
            unsafe {
                signal(*number, SIG_IGN);
            }
        }
    }
}

/// Only Unix can ignore signals.
#[cfg(not(unix))]
mod ignored {
    pub fn signals() {}
    pub fn ignore(_: &()) {}
}
