//! Catches a panic of a run with its message, without the output that Rust prints for it. The panic becomes the
//! outcome of the run.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, PanicHookInfo, catch_unwind, set_hook, take_hook};
use std::sync::Once;

thread_local! {
    /// `Some` while this thread is inside [`catching`], where its panics store their message.
    static MESSAGE: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Calls `f` and turns a panic into its message with its source location. The caller must not use values that `f`
/// borrowed mutably after a panic.
pub(super) fn catching<T>(f: impl FnOnce() -> T) -> Result<T, String> {
    route_messages();
    MESSAGE.with_borrow_mut(|message| *message = Some(String::new()));
    let result = catch_unwind(AssertUnwindSafe(f));
    let message = MESSAGE.with_borrow_mut(Option::take).unwrap_or_default();
    result.map_err(|payload| {
        if message.is_empty() {
            // The panic is from another thread, which has printed it.
            text(payload.as_ref()).to_owned()
        } else {
            message
        }
    })
}

/// Installs a hook, once per process, that passes the panics of other threads to the previous hook.
fn route_messages() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let usual = take_hook();
        set_hook(Box::new(move |info| {
            if !MESSAGE.with_borrow_mut(|message| note(message, info)) {
                usual(info);
            }
        }));
    });
}

/// Stores the message of a panic if the thread is inside [`catching`]. Returns whether it is.
fn note(message: &mut Option<String>, info: &PanicHookInfo) -> bool {
    let Some(message) = message else { return false };
    *message = text(info.payload()).to_owned();
    if let Some(place) = info.location() {
        message.push_str(&format!(" ({}:{})", place.file(), place.line()));
    }
    true
}

/// Returns the text of a panic.
fn text(payload: &(dyn std::any::Any + Send)) -> &str {
    payload
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| payload.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("panicked without a message")
}

#[cfg(test)]
mod tests {
    use super::catching;

    #[test]
    fn a_panic_becomes_its_message_and_the_next_call_works() {
        let message = catching(|| panic!("weight {} is missing", 3)).expect_err("panicked");
        assert!(message.starts_with("weight 3 is missing ("), "{message}");
        assert!(message.contains("guard.rs"), "{message}");
        assert_eq!(catching(|| 7), Ok(7));
    }
}
