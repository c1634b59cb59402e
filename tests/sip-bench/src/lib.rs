//! The two halves of what the panel does with each SIP message, as exports that `cargo xtask bench` times
//! beside other stacks': text comes from JavaScript and goes back to it, as the socket gives and takes it.

#![cfg(target_arch = "wasm32")]

use sip::message::{
    Body, CSeq, Draft, HeaderName, Message, Method, Via, address, contact, parse, record_routes,
    text, typed, uri,
};
use wasm_bindgen::prelude::wasm_bindgen;

/// Reads a message and in it what every user agent reads: `Via`, `From`, `To`, `Call-ID`, `CSeq`, `Contact`,
/// `Record-Route`. How much of that there is keeps the compiler from leaving it out.
#[wasm_bindgen]
pub fn read(message: &str) -> Option<u32> {
    let message = parse(message.as_bytes()).ok()?;
    let headers = message.headers();
    typed::<Via>(headers)?;
    address(headers, &HeaderName::From)?;
    address(headers, &HeaderName::To)?;
    text(headers, &HeaderName::CallId)?;
    contact(headers)?;
    let routes = u32::try_from(record_routes(headers).len()).ok()?;
    Some(typed::<CSeq>(headers)?.sequence + routes)
}

/// Writes an INVITE with an answer to the proxy's challenge.
#[wasm_bindgen]
pub fn write(authorization: &str, sdp: &str) -> Option<String> {
    let draft = Draft {
        method: Method::Invite,
        uri: uri("sip:1002@pbx.example")?,
        from: "\"Anna Agent\" <sip:1001@pbx.example>;tag=5e2b1c9f04aa".to_owned(),
        to: "<sip:1002@pbx.example>".to_owned(),
        call_id: "9c1d0f6b2a7e48".to_owned(),
        cseq: 2,
        routes: Vec::new(),
        headers: Vec::new(),
        body: None,
    };
    let request = draft
        .with(HeaderName::ProxyAuthorization, authorization)
        .with(HeaderName::Contact, "<sip:hf3k2@vq81ltn0.invalid;transport=ws;ob>")
        .with(
            HeaderName::Allow,
            "INVITE, ACK, CANCEL, BYE, OPTIONS, UPDATE, PRACK, INFO, REFER, NOTIFY",
        )
        .with(HeaderName::Supported, "outbound, path, gruu, 100rel, timer, replaces, norefersub")
        .with(HeaderName::SessionExpires, "1800")
        .with(HeaderName::UserAgent, "Cordboard")
        .with_body(Body::sdp(sdp))
        .into_request("SIP/2.0/WSS vq81ltn0.invalid;branch=z9hG4bK77c1e0a2".to_owned());
    String::from_utf8(Message::Request(request).to_bytes().to_vec()).ok()
}
