//! A panic inside one run is that run's outcome: caught, with its message, and without the noise
//! that Rust would print for it.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, PanicHookInfo, catch_unwind, set_hook, take_hook};
use std::sync::Once;

thread_local! {
    /// `Some` while this thread is inside [`catching`]: then its panics leave their message here.
    static MESSAGE: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Calls `f`; a panic within becomes its message and place. What `f` had borrowed must not be
/// looked at after a panic.
pub(super) fn catching<T>(f: impl FnOnce() -> T) -> Result<T, String> {
    route_messages();
    MESSAGE.with_borrow_mut(|message| *message = Some(String::new()));
    let result = catch_unwind(AssertUnwindSafe(f));
    let message = MESSAGE.with_borrow_mut(Option::take).unwrap_or_default();
    result.map_err(|payload| {
        if message.is_empty() {
            // The panic began on another thread, whose hook has printed it.
            text(payload.as_ref()).to_owned()
        } else {
            message
        }
    })
}

/// Puts a hook before the one there is, once per process. Other threads' panics still reach that.
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

/// Notes a panic where somebody wants to know of it.
fn note(message: &mut Option<String>, info: &PanicHookInfo) -> bool {
    let Some(message) = message else { return false };
    *message = text(info.payload()).to_owned();
    if let Some(place) = info.location() {
        message.push_str(&format!(" ({}:{})", place.file(), place.line()));
    }
    true
}

/// What a panic said.
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
