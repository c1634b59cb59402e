// What JsSIP and SIP.js do with the same messages, each by the parts of it that its own user agent uses.

import jssipMessages from "jssip/lib/SIPMessage";
import jssipParser from "jssip/lib/Parser";
import JssipUri from "jssip/lib/URI";
import { OutgoingRequestMessage } from "sip.js/lib/core/messages/outgoing-request-message.js";
import { Parser } from "sip.js/lib/core/messages/parser.js";
import { Grammar } from "sip.js/lib/grammar/grammar.js";

const contact = "<sip:hf3k2@vq81ltn0.invalid;transport=ws;ob>";
const headers = (authorization) => [
  `Proxy-Authorization: ${authorization}`,
  `Contact: ${contact}`,
  "Session-Expires: 1800",
];

// Of a user agent that is signed in, what its messages want of it.
const jssipAgent = { configuration: { user_agent: "JsSIP", session_timers: true }, contact: {} };

const jssip = {
  read: (message) => jssipParser.parseMessage(message, jssipAgent)?.cseq,
  write: (authorization, sdp) => {
    const identity = {
      to_uri: new JssipUri("sip", "1002", "pbx.example"), from_uri: new JssipUri("sip", "1001", "pbx.example"),
      from_display_name: "Anna Agent", from_tag: "5e2b1c9f04aa", call_id: "9c1d0f6b2a7e48", cseq: 2,
    };
    const more = [...headers(authorization), "Content-Type: application/sdp"];
    const request = new jssipMessages.OutgoingRequest(
      "INVITE", "sip:1002@pbx.example", jssipAgent, identity, more, sdp,
    );
    request.setHeader("via", "SIP/2.0/WSS vq81ltn0.invalid;branch=z9hG4bK77c1e0a2");
    return request.toString();
  },
};

const quiet = { debug() {}, log() {}, warn() {}, error() {} };
const [target, caller] = ["sip:1002@pbx.example", "sip:1001@pbx.example"].map((uri) => Grammar.URIParse(uri));

const sipjs = {
  read: (message) => Parser.parseMessage(message, quiet)?.cseq,
  write: (authorization, sdp) => {
    const options = {
      callId: "9c1d0f6b2a7e48", cseq: 2, fromDisplayName: "Anna Agent", fromTag: "5e2b1c9f04aa",
      optionTags: ["outbound", "timer", "replaces"], userAgentString: "SIP.js",
    };
    const body = { content: sdp, contentType: "application/sdp", contentDisposition: "session" };
    const request = new OutgoingRequestMessage(
      "INVITE", target, caller, target, options, headers(authorization), body,
    );
    request.setViaHeader("z9hG4bK77c1e0a2", "WSS");
    return request.toString();
  },
};

globalThis.peers = { jssip, sipjs };
