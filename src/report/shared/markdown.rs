//! Converts the `about` text of a sweep file from Markdown to HTML with text, structure and links only.
//!
//! A sweep file can come from an untrusted author. Raw HTML is shown as text, links lead to the web, to
//! mail or to relative addresses, and images become links. An open report never loads anything from the
//! network by itself.

use pulldown_cmark::{CowStr, Event, HeadingLevel, LinkType, Options, Parser, Tag, TagEnd, html};

/// Converts Markdown to HTML that is safe inside a page.
pub fn to_html(markdown: &str) -> String {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    let events = Parser::new_ext(markdown, options).map(harmless);
    let mut page = String::new();
    html::push_html(&mut page, events);
    page
}

fn harmless(event: Event<'_>) -> Event<'_> {
    #[allow(
        clippy::wildcard_enum_match_arm,
        reason = "every other part of the text stays as it is"
    )]
    match event {
        Event::Html(text) | Event::InlineHtml(text) => Event::Text(text),
        Event::Start(Tag::HtmlBlock) => Event::Start(Tag::Paragraph),
        Event::End(TagEnd::HtmlBlock) => Event::End(TagEnd::Paragraph),
        Event::Start(Tag::Link {
            dest_url, title, ..
        }) => link(dest_url, title),
        Event::Start(Tag::Image {
            dest_url, title, ..
        }) => link(dest_url, title),
        Event::End(TagEnd::Image) => Event::End(TagEnd::Link),
        Event::Start(Tag::Heading { level, .. }) => Event::Start(Tag::Heading {
            level: below_title(level),
            id: None,
            classes: Vec::new(),
            attrs: Vec::new(),
        }),
        Event::End(TagEnd::Heading(level)) => Event::End(TagEnd::Heading(below_title(level))),
        other => other,
    }
}

fn link<'a>(url: CowStr<'a>, title: CowStr<'a>) -> Event<'a> {
    Event::Start(Tag::Link {
        link_type: LinkType::Inline,
        dest_url: if leads_somewhere_safe(&url) {
            url
        } else {
            "#".into()
        },
        title,
        id: "".into(),
    })
}

/// Returns whether a link is relative, or has a scheme that executes nothing. Browsers remove whitespace
/// and control characters from a scheme, so this function does too.
fn leads_somewhere_safe(url: &str) -> bool {
    let url: String = url
        .chars()
        .filter(|c| !c.is_whitespace() && !c.is_control())
        .flat_map(char::to_lowercase)
        .collect();
    match url.find([':', '/', '?', '#']) {
        Some(end) if url[end..].starts_with(':') => {
            matches!(&url[..end], "http" | "https" | "mailto")
        }
        _ => true,
    }
}

/// Lowers a heading, because the page itself uses levels 1 and 2.
fn below_title(level: HeadingLevel) -> HeadingLevel {
    match level {
        HeadingLevel::H1 => HeadingLevel::H3,
        HeadingLevel::H2 => HeadingLevel::H4,
        HeadingLevel::H3 | HeadingLevel::H4 | HeadingLevel::H5 | HeadingLevel::H6 => {
            HeadingLevel::H5
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn raw_html_is_shown_as_text() {
        let page = to_html("a <b onclick=x>b</b>\n\n<script>alert(1)</script>\n");
        assert!(!page.contains("<b") && !page.contains("<script"), "{page}");
        assert!(page.contains("&lt;script&gt;"), "{page}");
    }

    #[test]
    fn links_that_execute_code_are_disabled() {
        for url in [
            "javascript:alert(1)",
            "JaVaScRiPt:alert(1)",
            "javascript&colon;alert(1)",
            "java&#9;script:alert(1)",
            "data:text/html,x",
            "vbscript:x",
        ] {
            let page = to_html(&format!("[x]({url}) ![y]({url}) <{url}>"));
            assert!(
                !page.contains("href=\"j") && !page.contains("href=\"J"),
                "{page}"
            );
            assert!(
                !page.contains("href=\"d") && !page.contains("href=\"v"),
                "{page}"
            );
            assert!(!page.contains("<img"), "{page}");
        }
        assert!(to_html("[x](https://a.example/b:c)").contains("https://a.example/b:c"));
        assert!(to_html("[x](../a/b.html)").contains("../a/b.html"));
    }
}
