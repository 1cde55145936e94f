//! A reader of a data file that hashes bytes and counts lines for the CSV reader.
//!
//! The CSV reader reports the line where the previous record ended. After an empty line, that is not the line that an
//! editor shows. It accepts a quote that is never closed, and takes the rest of the file as one value.

use crate::config::limits;
use crate::train::datasets::file_errors::FileLine;
use std::collections::VecDeque;
use std::io::{self, Read};

/// A file that is being read.
pub(super) struct HashingReader<R> {
    inner: R,
    hasher: blake3::Hasher,
    offset: u64,
    line: usize,
    at_start: bool,
    after_return: bool,
    /// The starts of all nonempty lines, from the last requested one to the end of what was read.
    starts: VecDeque<FileLine>,
    /// The byte offset of the end of the last record.
    record: u64,
    delimiter: u8,
    quote: Quote,
    /// The line of the last quote that opened a value.
    opened: usize,
    ended: bool,
}

/// Where a byte is with respect to the quotes of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Quote {
    /// At the start of a value, the only place where a quote opens.
    Start,
    Inside,
    /// After a quote that closes the value, unless another quote follows.
    Closed,
    Outside,
}

impl Quote {
    fn after(self, byte: u8, delimiter: u8) -> Quote {
        match (self, byte) {
            (Quote::Inside, b'"') => Quote::Closed,
            (Quote::Inside, _) | (Quote::Start | Quote::Closed, b'"') => Quote::Inside,
            (_, b'\n' | b'\r') => Quote::Start,
            (_, byte) if byte == delimiter => Quote::Start,
            _ => Quote::Outside,
        }
    }
}

/// Length of the longest accepted record. A longer one has lost its line endings, and would fill the memory.
const LONGEST: u64 = limits::RECORD.most as u64;

impl<R: Read> HashingReader<R> {
    pub fn new(inner: R, delimiter: u8) -> Self {
        HashingReader {
            inner,
            hasher: blake3::Hasher::new(),
            offset: 0,
            line: 1,
            at_start: true,
            after_return: false,
            starts: VecDeque::new(),
            record: 0,
            delimiter,
            quote: Quote::Start,
            opened: 1,
            ended: false,
        }
    }

    /// Marks the end of a record; called whenever the CSV reader returns one.
    pub fn record_ends(&mut self) {
        self.record = self.offset;
    }

    /// Returns the line of a record that is too long, if that is why reading stopped.
    pub fn too_long(&self) -> Option<FileLine> {
        // The line of the previous record is still in the list.
        let after = if self.record > 0 {
            self.starts.get(1)
        } else {
            None
        };
        let line = after.or(self.starts.front());
        line.copied()
            .filter(|_| self.offset - self.record > LONGEST)
    }

    /// Returns the line of the quote that is open at the end of what was read.
    pub fn open_quote(&self) -> Option<usize> {
        (self.quote == Quote::Inside).then_some(self.opened)
    }

    /// Returns the line of a quote that is not closed before the end of the file, once the end was read.
    pub fn unclosed(&self) -> Option<usize> {
        self.open_quote().filter(|_| self.ended)
    }

    /// Returns the first nonempty line that starts at this byte or later. Offsets must not decrease between calls.
    pub fn line_from(&mut self, offset: u64) -> FileLine {
        while self.starts.len() > 1 && self.starts[0].start < offset {
            self.starts.pop_front();
        }
        let first = FileLine {
            start: 0,
            number: 1,
        };
        self.starts.front().copied().unwrap_or(first)
    }

    /// Returns the blake3 hash of the bytes read so far, in hexadecimal.
    pub fn digest(&self) -> String {
        self.hasher.finalize().to_hex().to_string()
    }

    fn count(&mut self, byte: u8) {
        let quote = self.quote.after(byte, self.delimiter);
        if self.quote == Quote::Start && quote == Quote::Inside {
            self.opened = self.line;
        }
        // A byte order mark comes before the first value.
        let mark = usize::try_from(self.offset).ok();
        let mark = mark.and_then(|at| [0xef, 0xbb, 0xbf].get(at).copied());
        if mark != Some(byte) {
            self.quote = quote;
        }
        match byte {
            b'\n' if self.after_return => {}
            b'\n' | b'\r' => {
                self.line += 1;
                self.at_start = true;
            }
            _ if self.at_start => {
                self.starts.push_back(FileLine {
                    start: self.offset,
                    number: self.line,
                });
                self.at_start = false;
            }
            _ => {}
        }
        self.after_return = byte == b'\r';
        self.offset += 1;
    }
}

impl<R: Read> Read for HashingReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.offset - self.record > LONGEST {
            return Err(io::Error::other("the record is too long"));
        }
        let n = self.inner.read(buffer)?;
        self.ended |= n == 0 && !buffer.is_empty();
        let bytes = &buffer[..n];
        self.hasher.update(bytes);
        bytes.iter().for_each(|&byte| self.count(byte));
        Ok(n)
    }
}
