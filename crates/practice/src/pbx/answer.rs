//! What the PBX itself answers.

use sip::message::{HeaderName, Request, Response, ResponseBuilder, StatusCode, header, tag, text};

/// The `To` tag of all answers of the PBX's own in one run; an ACK that bears it ends here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocalTag(pub String);

/// A response to the request (RFC 3261 §8.2.6.2).
pub fn answer(request: &Request, status: u16, local: &LocalTag) -> Option<Response> {
    let code = StatusCode::new(status)?;
    let mut response = ResponseBuilder::to_request(request, code, reason(status)).ok()?.build();
    if status > 100 && tag(&request.headers, &HeaderName::To).is_none() {
        let to = text(&request.headers, &HeaderName::To)?;
        response.headers.remove_all(&HeaderName::To);
        response.headers.push(header(HeaderName::To, format!("{to};tag={}", local.0)));
    }
    Some(response)
}

fn reason(status: u16) -> &'static str {
    match status {
        100 => "Trying",
        200 => "OK",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        407 => "Proxy Authentication Required",
        423 => "Interval Too Brief",
        430 => "Flow Failed",
        480 => "Temporarily Unavailable",
        481 => "Call/Transaction Does Not Exist",
        483 => "Too Many Hops",
        486 => "Busy Here",
        489 => "Bad Event",
        500 => "Server Internal Error",
        503 => "Service Unavailable",
        505 => "Version Not Supported",
        _ => "",
    }
}
