//! Just enough HTTP/1.1 to ask a server on loopback for something.

use std::{
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::Value;

pub struct Response {
    pub status: u16,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Response {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(candidate, _)| candidate == name)
            .map(|(_, value)| value.as_str())
    }
}

/// `host` is the virtual host, port included. The connection goes to `server` whatever it says.
pub fn post_json(server: SocketAddr, host: &str, path: &str, body: &Value) -> Result<Value> {
    let headers = [("Content-Type", "application/json")];
    let response = request(server, host, "POST", path, &headers, &body.to_string())?;
    ensure!(
        (200..300).contains(&response.status),
        "POST {path}: {} {}",
        response.status,
        response.body
    );
    if response.body.trim().is_empty() {
        return Ok(Value::Null);
    }
    serde_json::from_str(&response.body).with_context(|| format!("POST {path}: {}", response.body))
}

pub fn get(
    server: SocketAddr,
    host: &str,
    path: &str,
    headers: &[(&str, &str)],
) -> Result<Response> {
    request(server, host, "GET", path, headers, "")
}

pub fn request(
    server: SocketAddr,
    host: &str,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> Result<Response> {
    let mut stream =
        TcpStream::connect(server).with_context(|| format!("nobody listens on {server}"))?;
    stream.set_read_timeout(Some(PATIENCE))?;
    let mut head = format!("{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n");
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str(&format!("Content-Length: {}\r\n\r\n", body.len()));
    stream.write_all(head.as_bytes())?;
    stream.write_all(body.as_bytes())?;

    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).with_context(|| format!("{method} {path}"))?;
    parse(&answer).with_context(|| format!("{method} {path}"))
}

fn parse(answer: &[u8]) -> Result<Response> {
    let end =
        answer.windows(4).position(|window| window == b"\r\n\r\n").context("no end of headers")?;
    let head = std::str::from_utf8(&answer[..end])?;
    let mut lines = head.split("\r\n");
    let status =
        lines.next().and_then(|line| line.split(' ').nth(1)).context("no status line")?.parse()?;
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let chunked =
        headers.iter().any(|(name, value)| name == "transfer-encoding" && value == "chunked");
    let body = &answer[end + 4..];
    let body = if chunked { unchunk(body)? } else { body.to_vec() };
    Ok(Response { status, headers, body: String::from_utf8_lossy(&body).into_owned() })
}

fn unchunk(mut rest: &[u8]) -> Result<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let end = rest
            .windows(2)
            .position(|window| window == b"\r\n")
            .context("a chunk without a length")?;
        let length = usize::from_str_radix(std::str::from_utf8(&rest[..end])?.trim(), 16)?;
        if length == 0 {
            return Ok(body);
        }
        let from = end + 2;
        let Some(chunk) = rest.get(from..from + length) else { bail!("a chunk is cut short") };
        body.extend_from_slice(chunk);
        rest = rest.get(from + length + 2..).unwrap_or_default();
    }
}

const PATIENCE: Duration = Duration::from_secs(60);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_response_is_read_with_its_headers() {
        let response = parse(b"HTTP/1.1 404 Not Found\r\nX-Why:  gone \r\n\r\nno").unwrap();

        assert_eq!(
            (response.status, response.header("x-why"), response.body.as_str()),
            (404, Some("gone"), "no")
        );
    }

    #[test]
    fn a_chunked_body_is_put_together() {
        let answer = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nIcel\r\n3\r\nand\r\n0\r\n\r\n";

        assert_eq!(parse(answer).unwrap().body, "Iceland");
    }
}
