//! Descriptions come with a little HTML, and people read them as text.

/// How far a tag may reach; beyond that, a `<` is just a sign.
const MAX_TAG: usize = 64;

/// Line breaks for `<br>` and `</p>`, nothing for other tags, characters for character references.
pub(super) fn from_html(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find(['<', '&']) {
        let (before, from) = rest.split_at(at);
        text.push_str(before);
        rest = match tag(from).or_else(|| reference(from)) {
            Some((replacement, after)) => {
                text.push_str(&replacement);
                after
            }
            None => {
                let (sign, after) = from.split_at(1);
                text.push_str(sign);
                after
            }
        };
    }
    text.push_str(rest);
    text.trim().to_owned()
}

/// What a tag at the beginning of `from` stands for, and what follows it.
fn tag(from: &str) -> Option<(String, &str)> {
    let inner = from.strip_prefix('<')?;
    if is_cut_off(inner) {
        return Some((String::new(), ""));
    }
    let end = inner.find('>').filter(|end| *end <= MAX_TAG)?;
    let content = &inner[..end];
    let name: String = content.trim_start_matches('/').chars().take_while(char::is_ascii_alphanumeric).collect();
    if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return None;
    }
    let is_closing = content.starts_with('/');
    let breaks = match name.to_ascii_lowercase().as_str() {
        "br" => "\n",
        "p" if is_closing => "\n\n",
        _ => "",
    };
    Some((breaks.to_owned(), &inner[end + 1..]))
}

/// Sources cut long descriptions after a number of characters, be it within a tag.
fn is_cut_off(inner: &str) -> bool {
    !inner.is_empty() && ["br />", "b>", "/b>"].iter().any(|tag| tag.len() > inner.len() && tag.starts_with(inner))
}

/// The character that a reference at the beginning of `from` stands for, and what follows it.
fn reference(from: &str) -> Option<(String, &str)> {
    let inner = from.strip_prefix('&')?;
    let end = inner.find(';').filter(|end| *end <= 8)?;
    let character = match &inner[..end] {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => ' ',
        name => numbered(name)?,
    };
    Some((character.to_string(), &inner[end + 1..]))
}

fn numbered(name: &str) -> Option<char> {
    let number = name.strip_prefix('#')?;
    let code = match number.strip_prefix(['x', 'X']) {
        Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16).ok()?,
        None => number.parse().ok()?,
    };
    char::from_u32(code).filter(|character| !character.is_control())
}

#[cfg(test)]
mod tests {
    use super::from_html;

    #[test]
    fn tags_and_references_become_text() {
        for (html, text) in [
            ("One.<br />Two.<br/>Three.<BR>Four.", "One.\nTwo.\nThree.\nFour."),
            ("<b>The space</b><br /><br />Big.", "The space\n\nBig."),
            ("<p>One</p><p>Two</p>", "One\n\nTwo"),
            ("Cut off.<br", "Cut off."),
            ("Cut off.<br />(hid</", "Cut off.\n(hid"),
            ("Ada&#39;s &amp; Bob&#x27;s&nbsp;place", "Ada's & Bob's place"),
        ] {
            assert_eq!(from_html(html), text);
        }
    }

    #[test]
    fn what_only_looks_like_html_stays() {
        for text in ["bath&patio; quiet", "near (<10mins) by foot >", "1 < 2 & 3 > 2", "a <", "R&B", "&#0;"] {
            assert_eq!(from_html(text), text);
        }
    }
}
