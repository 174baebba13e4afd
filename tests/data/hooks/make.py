#!/usr/bin/env python3
"""Makes signed.json: one invented post of each provider, signed as that provider's documentation says, by other means than Facteur's.

usage: make.py > signed.json        (needs openssl; every run makes new RSA and EC keys, and forgets the private ones)

Each entry: provider, headers, body, key (what key_file holds), url, at (the time of the post, ms), events that are to be read, and for
Amazon SES the certificate. All people and servers in it are invented."""
import base64, hashlib, hmac, json, subprocess, sys, tempfile, urllib.parse
from pathlib import Path

AT = 1_780_293_600                                       # 2026-06-01 06:00 UTC
SECRET = "0123456789abcdef0123456789abcdef"
URL = "https://lettres.example.org/hooks/%s/" + SECRET
folder = Path(tempfile.mkdtemp())
entries = []


def openssl(*arguments, stdin=b""):
    return subprocess.run(["openssl", *arguments], input=stdin, stdout=subprocess.PIPE, check=True, cwd=folder).stdout


def signed(private, digest, data):
    return base64.b64encode(openssl("dgst", "-" + digest, "-sign", private, stdin=data.encode())).decode()


def mac(key, data, digest=hashlib.sha256):
    return hmac.new(key.encode() if isinstance(key, str) else key, data.encode(), digest)


def entry(provider, body, events, key="", headers=None, **more):
    kind = "application/json" if body[:1] in "{[" else "application/x-www-form-urlencoded"
    entries.append({"provider": provider, "key": key, "url": URL % provider, "at": AT * 1000, "body": body,
                    "headers": {"content-type": kind, **(headers or {})}, "events": events, **more})


def event(kind, recipient, clas="", status=None, message_id=None):
    return {"kind": kind, "class": clas, "recipient": recipient, "status": status, "message_id": message_id}


# Amazon SES, both versions of SNS's signature, and a subscription that asks to be confirmed.
openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "sns.key", "-out", "sns.pem", "-days", "36500",
        "-subj", "/CN=sns.amazonaws.com")
pem = (folder / "sns.pem").read_text()
PLACE = "https://sns.eu-west-3.amazonaws.com/"


def sns(version, kind, message, **more):
    said = {"Type": kind, "MessageId": "3f1c2a4e-0000-4000-8000-00000000000%s" % version, "Message": message,
            "TopicArn": "arn:aws:sns:eu-west-3:123456789012:retours", "Timestamp": "2026-06-01T05:59:58.123Z", **more}
    text = "".join("%s\n%s\n" % (name, said[name]) for name in sorted(said))
    digest = {"1": "sha1", "2": "sha256"}[version]
    headers = {"content-type": "text/plain; charset=UTF-8", "x-amz-sns-message-type": kind}
    body = {**said, "SignatureVersion": version, "Signature": signed("sns.key", digest, text),
            "SigningCertURL": PLACE + "SimpleNotificationService-0123456789abcdef.pem"}
    return json.dumps(body), headers


def bounce(address):
    return json.dumps({
        "notificationType": "Bounce",
        "bounce": {"bounceType": "Permanent", "bounceSubType": "General", "timestamp": "2026-06-01T05:59:57.000Z",
                   "feedbackId": "0102-1", "bouncedRecipients": [
                       {"emailAddress": address, "action": "failed", "status": "5.1.1",
                        "diagnosticCode": "smtp; 550 5.1.1 <%s>: nobody of this name" % address}]},
        "mail": {"messageId": "0102-ses", "source": "carnet@example.org", "destination": [address],
                 "headers": [{"name": "Message-ID", "value": "<un@example.org>"}]}})


for version, address in (("1", "luc@example.org"), ("2", "nina@example.org")):
    extra = {"Subject": "Amazon SES Email Event Notification"} if version == "2" else {}
    body, headers = sns(version, "Notification", bounce(address), **extra)
    entry("amazon_ses", body, [event("bounce", address, "hard", "5.1.1", "un@example.org")], headers=headers, certificate=pem)
confirm = PLACE + "?Action=ConfirmSubscription&TopicArn=arn:aws:sns:eu-west-3:123456789012:retours&Token=2336412f37"
body, headers = sns("2", "SubscriptionConfirmation", "You have chosen to subscribe.", Token="2336412f37", SubscribeURL=confirm)
entry("amazon_ses", body, [], headers=headers, certificate=pem, confirms=confirm)

entry("brevo", json.dumps({"event": "hard_bounce", "email": "luc@example.org", "id": 7, "date": "2026-06-01 07:59:58",
                           "ts_epoch": AT * 1000 - 2000, "message-id": "<deux@example.org>", "reason": "550 5.1.1 unknown"}),
      [event("bounce", "luc@example.org", "hard", "5.1.1", "deux@example.org")])

body = json.dumps({"type": "activity.spam_complaint", "data": {
    "id": "63fd1d23afa3", "type": "spam_complaint", "created_at": "2026-06-01T05:59:00.000000Z",
    "email": {"message": {"id": "62fb66"}, "recipient": {"email": "luc@example.org"}}, "morph": None}})
entry("mailersend", body, [event("complaint", "luc@example.org")], "clef-mailersend",
      {"signature": mac("clef-mailersend", body).hexdigest()})

token = "0f" * 25
body = json.dumps({"signature": {"timestamp": str(AT - 5), "token": token, "signature": mac("clef-mailgun", str(AT - 5) + token).hexdigest()},
                   "event-data": {"event": "failed", "severity": "permanent", "reason": "bounce", "id": "W3X4JOhFT-OZ",
                                  "timestamp": AT - 5.25, "recipient": "luc@example.org",
                                  "envelope": {"sender": "carnet@example.org"},
                                  "message": {"headers": {"message-id": "trois@example.org"}},
                                  "delivery-status": {"code": 550, "message": "5.1.1 no such user"}}})
entry("mailgun", body, [event("bounce", "luc@example.org", "hard", "5.1.1", "trois@example.org")], "clef-mailgun", replays=True)

entry("mailjet", json.dumps([
    {"event": "bounce", "time": AT - 9, "MessageID": 81, "email": "luc@example.org", "hard_bounce": True,
     "error_related_to": "recipient", "error": "user unknown"},
    {"event": "unsub", "time": AT - 8, "MessageID": 82, "email": "nina@example.org"},
    {"event": "open", "time": AT - 7, "MessageID": 83, "email": "ana@example.org"}]),
    [event("bounce", "luc@example.org", "hard"), event("leave", "nina@example.org"), event("other", "ana@example.org")])

body = "".join(json.dumps(one) + "\n" for one in (
    {"event": "bounce", "timestamp": AT - 4, "email": "luc@example.org", "event_id": "bede7236-1", "response": "550 5.1.1 unknown"},
    {"event": "spam", "timestamp": AT - 3, "email": "nina@example.org", "event_id": "bede7236-2"}))
entry("mailtrap", body, [event("bounce", "luc@example.org", "hard", "5.1.1"), event("complaint", "nina@example.org")],
      "clef-mailtrap", {"mailtrap-signature": mac("clef-mailtrap", body).hexdigest()})

events = json.dumps([{"event": "hard_bounce", "_id": "abc1", "ts": AT - 6, "msg": {
    "_id": "abc1", "ts": AT - 60, "email": "luc@example.org", "sender": "carnet@example.org",
    "bounce_description": "bad_mailbox", "diag": "smtp;550 5.1.1 No such user: é"}}], ensure_ascii=False)
body = urllib.parse.urlencode({"mandrill_events": events})
entry("mandrill", body, [event("bounce", "luc@example.org", "hard", "5.1.1")], "clef-mandrill", {
    "x-mandrill-signature": base64.b64encode(
        mac("clef-mandrill", URL % "mandrill" + "mandrill_events" + events, hashlib.sha1).digest()).decode()})

openssl("genrsa", "-out", "postal.key", "1024")
public = openssl("pkey", "-in", "postal.key", "-pubout").decode()
record = "v=DKIM1; t=s; h=sha256; p=%s;" % "".join(public.split("\n")[1:-2])
for number, (header, digest, key) in enumerate((("x-postal-signature", "sha1", record), ("x-postal-signature-256", "sha256", public))):
    body = json.dumps({"event": "MessageDeliveryFailed", "timestamp": AT - 2.5 - number, "uuid": "0fcc831f-%d" % number, "payload": {
        "status": "HardFail", "details": "Permanent failure", "output": "550 5.1.1 <luc@example.org> unknown",
        "message": {"id": 3, "message_id": "quatre@rp.postal.example.org", "to": "luc@example.org", "from": "carnet@example.org"}}})
    entry("postal", body, [event("bounce", "luc@example.org", "hard", "5.1.1", "quatre@rp.postal.example.org")], key,
          {header: signed("postal.key", digest, body)})

entry("postmark", json.dumps({"RecordType": "Bounce", "ID": 4323372036854775807, "Type": "HardBounce", "Email": "luc@example.org",
                              "MessageID": "883953f4-6105", "BouncedAt": "2026-06-01T01:59:58.2735393-04:00",
                              "Details": "smtp;550 5.1.1 luc@example.org unknown", "From": "carnet@example.org"}),
      [event("bounce", "luc@example.org", "hard", "5.1.1")])

key = bytes(range(24))
body = json.dumps({"type": "email.bounced", "created_at": "2026-06-01T05:59:58.000Z", "data": {
    "email_id": "aaaa-1", "to": ["luc@example.org"], "from": "carnet@example.org",
    "bounce": {"type": "Transient", "subType": "MailboxFull", "message": "The mailbox is full."}}})
mark = base64.b64encode(mac(key, "msg_1.%d.%s" % (AT, body)).digest()).decode()
entry("resend", body, [event("bounce", "luc@example.org", "soft")], "whsec_" + base64.b64encode(key).decode(),
      {"svix-id": "msg_1", "svix-timestamp": str(AT), "svix-signature": "v1,b3RoZXI= v1," + mark})

openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", "sendgrid.key")
public = openssl("pkey", "-in", "sendgrid.key", "-pubout").decode()
body = json.dumps([
    {"event": "bounce", "type": "bounce", "email": "luc@example.org", "timestamp": AT - 3, "sg_event_id": "evt-1",
     "smtp-id": "<cinq@example.org>", "status": "5.1.1", "reason": "550 5.1.1 unknown"},
    {"event": "bounce", "type": "blocked", "email": "nina@example.org", "timestamp": AT - 3, "sg_event_id": "evt-2",
     "status": "5.7.1", "reason": "550 5.7.1 your network is listed"},
    {"event": "dropped", "email": "ana@example.org", "timestamp": AT - 3, "sg_event_id": "evt-3", "reason": "Bounced Address"}]) + "\r\n"
entry("sendgrid", body, [event("bounce", "luc@example.org", "hard", "5.1.1", "cinq@example.org"),
                         event("bounce", "nina@example.org", "block", "5.7.1"), event("withheld", "ana@example.org")],
      "".join(public.split("\n")[1:-2]),
      {"x-twilio-email-event-webhook-signature": signed("sendgrid.key", "sha256", str(AT) + body),
       "x-twilio-email-event-webhook-timestamp": str(AT)})

entry("sparkpost", json.dumps([
    {"msys": {"message_event": {"type": "bounce", "bounce_class": "10", "event_id": "9235-1", "rcpt_to": "luc@example.org",
                                "msg_from": "carnet@example.org", "raw_reason": "550 5.1.1 unknown", "timestamp": str(AT - 1)}}},
    {"msys": {"unsubscribe_event": {"type": "list_unsubscribe", "event_id": "9235-2", "rcpt_to": "nina@example.org",
                                    "timestamp": str(AT - 1)}}}, {"msys": {}}]),
    [event("bounce", "luc@example.org", "hard", "5.1.1"), event("leave", "nina@example.org")])

def unisender(auth):
    return json.dumps({"auth": auth, "events_by_user": [{"user_id": 1, "events": [{"event_name": "transactional_email_status", "event_data": {
        "job_id": "1sn15Z-0007Le", "email": "luc@example.org", "status": "hard_bounced", "event_time": "2026-06-01 05:59:58",
        "delivery_info": {"delivery_status": "err_user_unknown", "destination_response": "550 5.1.1 unknown"}}}]}]})


entry("unisender_go", unisender(hashlib.md5(unisender("clef-unisender").encode()).hexdigest()),
      [event("bounce", "luc@example.org", "hard", "5.1.1")], "clef-unisender")

json.dump(entries, sys.stdout, indent=1, ensure_ascii=False)
print()
