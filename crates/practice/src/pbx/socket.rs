//! The WebSocket that phones speak SIP by (RFC 7118).

use std::sync::Arc;

use axum::{
    Router,
    extract::{
        State,
        ws::{Message, WebSocket, WebSocketUpgrade},
    },
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::get,
};

use tokio::{sync::mpsc::UnboundedReceiver, time::Instant};

use super::{Outbound, Pbx, switch::FlowId};

pub fn routes() -> Router<Arc<Pbx>> {
    Router::new().route("/", get(open))
}

async fn open(State(pbx): State<Arc<Pbx>>, upgrade: WebSocketUpgrade) -> Response {
    let upgrade = upgrade.protocols(["sip"]).max_message_size(128 * 1024);
    // RFC 7118 §4.1: the client "MUST include the value "sip"", and so must the answer.
    if upgrade.selected_protocol().is_none() {
        return (StatusCode::BAD_REQUEST, "the subprotocol is sip\n").into_response();
    }
    let Some((flow, outbox)) = pbx.connect_phone() else {
        return (StatusCode::SERVICE_UNAVAILABLE, "no sockets at present\n").into_response();
    };
    upgrade.on_upgrade(move |socket| carry(pbx, flow, outbox, socket))
}

async fn carry(
    pbx: Arc<Pbx>,
    flow: FlowId,
    mut outbox: UnboundedReceiver<Outbound>,
    mut socket: WebSocket,
) {
    let mut waiting: Option<Outbound> = None;
    loop {
        let due = waiting.as_ref().map(|(due, _)| *due);
        tokio::select! {
            arrived = socket.recv() => match arrived {
                Some(Ok(Message::Text(text))) => pbx.receive(flow, text.as_bytes()),
                Some(Ok(Message::Binary(bytes))) => pbx.receive(flow, &bytes),
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                Some(Ok(Message::Close(_)) | Err(_)) | None => break,
            },
            outbound = outbox.recv(), if due.is_none() => match outbound {
                Some(outbound) => waiting = Some(outbound),
                None => break,
            },
            () = tokio::time::sleep_until(due.unwrap_or_else(Instant::now)), if due.is_some() => {
                let Some((_, bytes)) = waiting.take() else { continue };
                let message = match String::from_utf8(bytes) {
                    Ok(text) => Message::Text(text.into()),
                    Err(error) => Message::Binary(error.into_bytes().into()),
                };
                if socket.send(message).await.is_err() {
                    break;
                }
            }
        }
    }
    pbx.disconnect(flow);
}
