# English.

## Dates
direction = ltr
language-name = English
weekday-1 = Monday
weekday-2 = Tuesday
weekday-3 = Wednesday
weekday-4 = Thursday
weekday-5 = Friday
weekday-6 = Saturday
weekday-7 = Sunday
month-1 = January
month-2 = February
month-3 = March
month-4 = April
month-5 = May
month-6 = June
month-7 = July
month-8 = August
month-9 = September
month-10 = October
month-11 = November
month-12 = December
month-short-1 = Jan
month-short-2 = Feb
month-short-3 = Mar
month-short-4 = Apr
month-short-5 = May
month-short-6 = Jun
month-short-7 = Jul
month-short-8 = Aug
month-short-9 = Sep
month-short-10 = Oct
month-short-11 = Nov
month-short-12 = Dec
date-long = { $weekday } { $day_number ->
   *[other] { $day }
 } { $month } { $year }
date-day = { $day_number ->
   *[other] { $day }
 } { $month } { $year }
date-short = { $day_number ->
   *[other] { $month } { $day }
 }
date-short-year = { $day_number ->
   *[other] { $month } { $day }
 }, { $year }
time-short = { $hour }:{ $minute }

## Mails (letters)
mail-leave-short = Unsubscribe
mail-leave = Unsubscribe from { $name }
mail-leave-text = Unsubscribe from { $name }:
mail-settings = Change my settings
mail-settings-text = Change your settings:
mail-web-short = Read in the browser
mail-web = Read in the browser:
mail-from = Sent by { $name }
mail-contact = Contact:
mail-site = Website:
mail-why-digest = You are receiving this message because this address is subscribed to { $name }.
mail-signed-up-label = Signed up:
mail-signed-up-on = { $date } on { $name }
mail-signed-up-since = { $date }
mail-signed-up-imported = { $date }, from an existing list
mail-signed-up-added = { $date }, by the sender
mail-signed-up-example = { $line } (example)
mail-why-confirm = You are receiving this message because this address was entered in the subscription form of { $name }. Unless you confirm, you will receive no other message.
mail-why-already = You are receiving this message because this address, already subscribed to { $name }, was entered in the subscription form again.
mail-why-link = You are receiving this message because the link to the settings of { $name } was requested for this address.
mail-why-notice = You are receiving this message because you run { $name }.
mail-digest-subject = { $count ->
    [1] { $lead } and one more post
   *[other] { $lead } and { $number } more posts
 }
mail-digest-subject-two = { $lead } and { $second }
mail-digest-posts = { $count ->
    [one] { $number } new post
   *[other] { $number } new posts
 }
mail-digest-by = By { $name }
mail-digest-all-by = All by { $name }
mail-digest-all-on = All published on { $name }
mail-digest-all-by-on = All published by { $name } on { $day }
mail-digest-links = Links:
mail-digest-read-on = Read on at { $name }
mail-digest-read-there = Read this post at { $name }
mail-digest-rest = { $count ->
    [one] And { $number } more post on the website.
   *[other] And { $number } more posts on the website.
 }
mail-embed-video = ▶ Watch the video at { $host }
mail-embed-video-named = ▶ Watch “{ $name }” at { $host }
mail-embed-audio = ▶ Listen at { $host }
mail-embed-audio-named = ▶ Listen to “{ $name }” at { $host }
mail-embed-map = See the map at { $host }
mail-embed-map-named = See the map “{ $name }” at { $host }
mail-embed-poll = Answer the questions at { $host }
mail-embed-poll-named = Answer “{ $name }” at { $host }
mail-embed-post = See the message at { $host }
mail-embed-post-named = See “{ $name }” at { $host }
mail-embed-document = Open the document at { $host }
mail-embed-document-named = Open the document “{ $name }” at { $host }
mail-embed-page = See this content at { $host }
mail-embed-page-named = See “{ $name }” at { $host }
mail-embed-minutes = { $text } ({ $number } min)
mail-embed-picture = See the larger picture
mail-test-mode-banner = { $count ->
    [0] Test mode: only you received this. Nobody is subscribed yet.
    [one] Test mode: only you received this. Live, it would have gone to one reader; its posts still wait for them.
   *[other] Test mode: only you received this. Live, it would have gone to { $number } readers; its posts still wait for them.
}
mail-test-banner = This is a test: no subscriber has received it. The real message will look the same, but the unsubscribe link here does nothing.
mail-confirm-subject = Confirm your subscription to { $name }
mail-confirm-preheader = { $count ->
    [one] All that is left is to confirm: the link below works for { $number } day.
   *[other] All that is left is to confirm: the link below works for { $number } days.
 }
mail-confirm-asked = Someone, most likely you, asked to receive { $name } at this address. All we need now is your consent.
mail-confirm-asked-on = The request was made on { $name }.
mail-confirm-button = Confirm my subscription
mail-confirm-open = To confirm, open this address:
mail-confirm-copy = If the button does not work, copy this address into your browser:
mail-confirm-days = { $count ->
    [one] This link works for { $number } day.
   *[other] This link works for { $number } days.
 }
mail-confirm-not-you = Not you? Do nothing, and you will receive nothing else.
mail-confirm-never = This was not me: never write to me again
mail-confirm-never-text = To stop us ever writing to this address again:
mail-already-subject = This address already receives { $name }
mail-already-preheader = You are already subscribed; nothing has changed.
mail-already-asked = Someone, most likely you, has just asked to receive { $name } at this address. It is already subscribed, so there is nothing to do.
mail-already-leave = No longer want it?
mail-already-leave-text = No longer want it? To unsubscribe:
mail-link-subject = Your link for { $name }
mail-link-preheader = This message is for you alone: its links need no password.
mail-link-asked = Here is the link that was requested for this address. It opens your settings of { $name }, shows what we know of you, and lets you erase it.
mail-link-preferences = Change my settings
mail-link-preferences-text = Change your settings:
mail-link-private = This link controls your subscription: please do not share it.
mail-link-lasts = This link works for 24 hours. After that, simply request another one.
mail-why-welcome = You are receiving this message because you have just confirmed your subscription to { $name }.
mail-welcome-subject = Welcome to { $name }
mail-welcome-preheader = Your subscription is confirmed: here is what to expect.
mail-welcome-lead = Your subscription to { $name } is confirmed. You will get a message { $rhythm }. Thank you for reading us!
mail-welcome-last = In the latest issue
mail-welcome-chosen = To begin with
mail-welcome-settings = Less often, other topics, a pause?
mail-welcome-settings-text = Less often, other topics, a pause? Change your settings:
mail-why-stay = You are receiving this message because this address is subscribed to { $name }, and we have not heard from you for a long time.
mail-stay-subject = Do you wish to keep receiving { $name }?
mail-stay-preheader = One click is enough to stay. Without an answer, we erase your address.
mail-stay-asked = You have been subscribed to { $name } for a long time without a sign of life. We keep nobody’s address without good reason, and we do not track who opens our messages: so we prefer to ask you.
mail-stay-button = Yes, I stay
mail-stay-open = To stay, open this address:
mail-stay-else = { $count ->
    [one] Without an answer within { $number } day, you get no more messages, and we erase your address with all that we know of you. This question is asked once only.
   *[other] Without an answer within { $number } days, you get no more messages, and we erase your address with all that we know of you. This question is asked once only.
 }
mail-stay-leave = Would you rather leave now?
mail-why-moving = You are receiving this message because this address is subscribed to { $name }, and another address was given in its place just now.
mail-moving-subject = { $name }: another address was requested
mail-moving-preheader = Nothing changes until the new address is confirmed.
mail-moving-asked = Someone, most likely you, wants to receive { $name } at another address. Until that one is confirmed, your messages keep coming here.
mail-moving-button = Keep my present address
mail-moving-was-you = Was it you? There is nothing to do here: open the message that went to the new address.
mail-moving-not-you = Was it not you? Keep your address: the request is then cancelled, and links to your settings that were sent before stop working.
mail-why-invitation = You are receiving this message because somebody who runs { $name } gave this address to invite you.
mail-why-password-reset = You are receiving this message because a new password was asked for at { $name }, for an account of this address.
mail-why-new-way = You are receiving this message because this address has an account with which one works on { $name }.
mail-invitation-subject = You are invited to work on { $name }
mail-invitation-lead = You are invited to work on { $name }. Choose a password, and you are in.
mail-invitation-lead-by = { $by } invites you to work on { $name }. Choose a password, and you are in.
mail-invitation-button = Choose my password
mail-invitation-open = To choose your password, open this address:
mail-invitation-days = { $count ->
    [one] This link can be used once, within the next { $number } day.
   *[other] This link can be used once, within the next { $number } days.
 }
mail-invitation-not-you = You know nothing of this? Then do nothing: without you nothing happens.
mail-password-reset-subject = Your new password
mail-password-reset-lead = A new password was asked for, for your account at { $name }.
mail-password-reset-button = Choose a new password
mail-password-reset-open = To choose a new password, open this address:
mail-password-reset-minutes = { $count ->
    [one] This link can be used once, within the next { $number } minute.
   *[other] This link can be used once, within the next { $number } minutes.
 }
mail-password-reset-not-you = It was not you? Then do nothing: your password stays as it is.
mail-passkey-subject = A passkey was added to your account
mail-passkey-lead = From now on, the passkey “{ $called }” lets one into your account at { $name }.
mail-passkey-not-you = It was not you? On the page “My account”, choose a new password and remove the passkey: whoever came in by either is then out.
mail-provider-subject = Your account was linked with { $called }
mail-provider-lead = From now on, an account with { $called } lets one into your account at { $name }.
mail-provider-not-you = It was not you? On the page “My account”, choose a new password and end the link: whoever came in by either is then out.
mail-new-way-button = Look at my account
mail-new-way-open = To see how one comes into your account, open this address:
mail-new-way-was-you = It was you? Then there is nothing to do, and your other ways in stay as they are.
mail-notice-label-from = From:
mail-notice-label-subject = Subject:
mail-notice-label-slot = Planned for:
mail-notice-label-recipients = Recipients:
mail-notice-label-reason = Reason:
mail-notice-commands = Useful commands:
mail-notice-digest-waiting-subject = { $name }: a mailing awaits your approval
mail-notice-digest-waiting-body = The next mailing of { $name } is ready. It will be sent as soon as you approve it, and not before.
mail-notice-digest-leaving-subject = { $name }: a mailing leaves at { $time } unless you stop it
mail-notice-digest-leaving-body = The next mailing of { $name } is ready, and leaves by itself at { $time } as it stands. If you agree, you need do nothing; until then you can edit it, stop it, send it sooner or skip it. Nothing that is published or changed on the blog from now on comes into it by itself; a post that is deleted there is left out.
mail-notice-link-look = See it in the console:
mail-notice-link-stop = Stop it, so that it waits for you:
mail-notice-link-approve = Approve it, so that it leaves in a minute:
mail-notice-link-edit = Change what it says:
mail-notice-link-skip = Skip it:
mail-notice-digest-failed-subject = { $name }: a mailing could not be prepared
mail-notice-digest-failed-body = The next mailing of { $name } could not be prepared. Nothing was sent, and its posts are still waiting.
mail-notice-digest-unready-subject = { $name }: the first mailing waits
mail-notice-digest-unready-body = The first mailing of { $name } to so many people is ready and waits: something may keep it from arriving. It leaves by itself once the doctor finds no fault, or when you say so.
mail-notice-digest-paused-subject = { $name }: a mailing is paused
mail-notice-digest-paused-body = The mail server refused several messages in a row. The mailing of { $name } has therefore paused itself. Nobody will be left out: it will resume where it stopped.
mail-notice-digest-skipped-subject = { $name }: a mailing did not take place
mail-notice-digest-skipped-body = A planned mailing of { $name } was skipped. The next one will go out as planned.
mail-notice-posts-held-subject = { $name }: posts await your decision
mail-notice-posts-held-body = Some posts of { $name } are being held because too many came at once or they are too old. They will not be sent without your approval.
mail-notice-feed-failing-subject = { $name }: the feed cannot be read
mail-notice-feed-failing-body = Facteur has been unable to read the feed of { $name } for more than a day, so new posts go unnoticed. It keeps trying, less and less often.
mail-notice-feed-since = since { $date }
mail-notice-digest-unknown-subject = { $name }: a mailing is paused, many addresses unknown
mail-notice-digest-unknown-body = The mail server called one address after another unknown. That is rarely true of so many people at once, so the mailing of { $name } has paused itself, and nobody was unsubscribed. Resume it to try these addresses again later, or confirm that they no longer exist.
mail-notice-digest-unreadable-subject = { $name }: a mailing is paused
mail-notice-digest-unsigned-subject = { $name }: a mailing is paused
mail-notice-digest-unsigned-body = The key that signs the mails of { $name } cannot be used, so a mailing has paused itself rather than leave unsigned. Nobody will be left out.
mail-notice-digest-unreadable-body = The stored messages of a mailing of { $name } cannot be read, so it has paused itself. Nobody will be left out.
mail-notice-answer-came-subject = { $name }: somebody answered
mail-notice-answer-came-body = Somebody answered a mail of { $name }. Write to them yourself if they expect it: an answer to this letter goes to you.
mail-notice-digest-bounces-subject = { $name }: many addresses do not exist
mail-notice-digest-bounces-body = Many mails of { $name } came back because their addresses do not exist. That is rarely true of so many people at once: nobody more was unsubscribed, and a mailing that was on its way has paused itself. Look at what came back, then say whether it is true.
mail-notice-digest-complaints-subject = { $name }: readers report it as unwanted
mail-notice-digest-complaints-body = Readers of { $name } told their mail provider that they do not want it. They get nothing more. More of such reports would bring all your mails into the spam folder: look at what was sent, and to whom.
mail-notice-digest-resumed-subject = { $name }: the mailing has resumed
mail-notice-digest-resumed-body = The mailing of { $name } that was paused has resumed where it stopped.
mail-notice-digest-back-subject = { $name }: mailings are going out again
mail-notice-digest-back-body = A mailing of { $name } is on its way, and the next ones will go out as planned.
mail-notice-posts-decided-subject = { $name }: no more posts await your decision
mail-notice-posts-decided-body = You have decided about all the posts of { $name } that were being held.
mail-notice-feed-recovered-subject = { $name }: the feed can be read again
mail-notice-feed-recovered-body = Facteur can read the feed of { $name } again. Posts published in the meantime will be in the next mailing if they are still in the feed.
mail-notice-doctor-fault-subject = { $name }: mails may no longer arrive
mail-notice-doctor-fault-body = Something that the mails of { $name } need to arrive has turned bad since the last look.
mail-notice-doctor-well-subject = { $name }: in order again
mail-notice-doctor-well-body = What kept the mails of { $name } from arriving is mended.
mail-notice-doctor-loop-subject = { $name }: how does this mail arrive?
mail-notice-doctor-loop-body = You asked Facteur to send this mail to a mailbox of yours, to see what its server makes of the mails of { $name }. Where the mailbox forwards it to Facteur, there is nothing to do. Otherwise save it with all its header fields and have it read.
mail-why-change = You are receiving this message because a subscriber of { $name } wants to be written to at this address. Unless you confirm, nothing changes.
mail-change-subject = { $name }: confirm your new address
mail-change-asked = You subscribe to { $name } and asked to be written to at this address from now on.
mail-change-button = Use this address
mail-change-not-you = You did not ask for this? Do nothing: nothing changes, and you will receive no other message.
mail-notice-label-joined = New subscribers:
mail-notice-label-page = See them:
mail-notice-subscribers-joined-subject = { $name }: new subscribers
mail-notice-subscribers-joined-body = People have confirmed their subscription to { $name } since the last message of this kind.
mail-notice-sending-held-subject = { $name }: nothing is sent until you say so
mail-notice-sending-held-body = The database behind { $name } seems to be a copy, or older than what has already been sent. To avoid sending anyone the same message twice, all mailings have stopped. If this is the right database and no other one is sending, whoever runs Facteur can let them continue.
mail-notice-sending-resumed-subject = { $name }: sending has resumed
mail-notice-sending-resumed-body = The database has been confirmed as the right one. The mailings of { $name } continue.

## Public pages (web)
skip-to-content = Skip to content
language-switch = Language of this page
back-to-site = Back to the site
error-400-title = We could not read that
error-400-text = This request could not be read. Go back to the previous page and try again.
error-403-title = This is not allowed
error-403-text = You may not do this. Go back to the previous page, or ask an owner for the right.
error-404-title = Page not found
error-404-text = There is nothing at this address. The link may be incomplete: open it from the message, or copy all of it.
error-405-title = This page does not work that way
error-405-text = Go back to the previous page and use its button.
error-410-title = This page was withdrawn
error-410-text = It was here, and whoever publishes it has taken it away.
error-413-title = Too long
error-413-text = The form you sent is too long. An e-mail address is all we need.
error-429-title = One moment
error-429-text = Too many requests came in at once. Try again in a minute.
error-500-title = Something went wrong
error-500-text = The error is ours and has been recorded. Try again a little later.
error-503-title = Temporarily unavailable
error-503-text = Nothing was stored. Try again in a few minutes.
error-in-doubt-title = We do not know whether your request went through
error-in-doubt-text = Our database did not confirm in time, so your request may have been stored all the same. Wait a few minutes, then check: if you have received no message, or nothing has changed, try again.
error-incident = Incident code: { $incident }

## The home page of the instance
home-title = Newsletters
home-lead = Choose one to see what it is about and to subscribe.
home-nothing-title = This is a post office
home-nothing-lead = Newsletters leave from here, but there is nothing to read on this page.
home-nothing-more = To subscribe, go to the site that publishes the newsletter; to unsubscribe, follow the link in each message.

## Sign-up
subscribe-title = Subscribe to “{ $newsletter }”
subscribe-lead = New posts in your mailbox, { $rhythm }. You only need an address, and you can leave with one click.
subscribe-consent = By subscribing you agree to receive “{ $newsletter }” by e-mail, { $rhythm }. Each message has a link to unsubscribe.
rhythm-chosen = as often as you choose
choosing-topics = Topics (all of them, if you choose none)
subscribe-button = Subscribe
subscribe-keep-button = Keep my address and subscribe
subscribe-privacy = We use your address for this newsletter only and give it to nobody. Nothing tracks what you read.
subscribe-stale = The page was open too long, or the form was sent too quickly. Check your address and press the button once more.
field-email = Your e-mail address
field-email-help = For example: first.last@example.org
field-trap = Leave this field empty
error-prefix = Error: { $title }
error-summary = Please correct one thing
error-summary-many = Please correct a few things
address-empty = Enter your e-mail address.
address-no-at = The @ sign is missing from the address.
address-many-at = The address has several @ signs; there must be only one.
address-no-local = Something is missing before the @ sign.
address-no-domain = The end of the address, after the @ sign, is missing.
address-no-dot = The end of the address is incomplete: “.org” or “.com”, for example, is missing.
address-blank = The address contains a space: remove it.
address-accent = Before the @ sign, only letters without accents are allowed.
address-local = The beginning of the address, before the @ sign, is not valid: check its dots and symbols.
address-domain = The end of the address, after the @ sign, is not valid: please check it.
address-too-long = The address is too long.
address-no-mail = The domain of this address takes no mail. Check what stands after the @.
address-disposable = This is a throw-away address. Please give one that you read.
address-hint = Did you mean “{ $domain }”?
address-hint-keep = If your address is correct, leave it as it is.
address-hint-use = Use { $address }
thanks-title = Almost there
thanks-lead = If this address can subscribe, a message is on its way. Open it and confirm your subscription.
thanks-more = Nothing after a few minutes? Check your spam folder for this sender.
thanks-sender = Sender
thanks-fix = Correct the address or start again
to-the-form = Go to the sign-up form

## The archive
archive-of = Archive of { $newsletter }
archive-see = Read what was sent before
archive-search-label = Search
archive-search-button = Search
archive-search-results = Search
archive-search-nothing-typed = Type at least one word to search for.
archive-to-list = All issues
archive-empty = Nothing has been published here yet.
archive-years = By year
archive-feed = Follow by feed (Atom)
archive-around = Other issues
archive-older = Before:
archive-newer = After:
archive-search-found = { $count ->
    [0] Nothing was found. Try fewer words, or a part of a word.
    [one] { $count } page was found.
   *[other] { $count } pages were found.
 }
archive-search-many = { $count ->
   *[other] The { $count } newest pages of those that were found.
 }

## Rhythms
rhythm-post = with every new post
rhythm-about = { $days } at about { $time }
rhythm-exact = { $days } at { $time } ({ $zone })
rhythm-days-all = every day
rhythm-days-week = every { $days }
rhythm-days-first = every month on its first day
rhythm-days-month = every month on day { $day }
rhythm-days-month-end = every month on day { $day } (or its last day)
rhythm-days-last = every month on its last day
rhythm-days-nth = every month on its { $nth } { $weekday }
ordinal-1 = first
ordinal-2 = second
ordinal-3 = third
ordinal-4 = fourth
ordinal-last = last
every-post = each post
every-day = day
every-week = week
every-month = month
date-and-time = { $date }, { $time }
clocks-forward = The clocks go forward by { $minutes } minutes before this date; the digest still leaves at { $time } on your clock.
clocks-back = The clocks go back by { $minutes } minutes before this date; the digest still leaves at { $time } on your clock.
list-and = { $first } and { $last }
next-digest = Next issue: { $date }, at about { $time }.

## Links of mails
fact-address = Address
link-unknown-title = This link leads nowhere
link-unknown-lead = It may be incomplete: open it from the message, or copy all of it. If it is complete, it no longer stands for anything that we store.
link-gone-title = Nothing is left here
link-gone-lead = This link was indeed yours, but we hold nothing about you any more: all of it was erased, at your request or with time.
link-gone-more = There is nothing to do, and you will get no more messages. To come back one day, use the newsletter’s subscription form.
link-title = Get my settings link
link-lead = Enter the address at which you get a newsletter: a message will bring you the link to your settings there.
link-email-help = The one where your messages arrive.
link-button = Send me my link
link-privacy = The link goes to that address alone. This page gives everybody the same answer: it does not tell who is subscribed.
link-sent-title = Look into your mailbox
link-sent-lead = If this address gets a newsletter from here, a message is on its way. It has a link to your settings, which works for 24 hours.
link-sent-more = Nothing after some minutes? Look among the spam. So that nobody can flood your mailbox, only a few messages of this kind go to the same address.
link-sent-again = Try another address
foot-title = Your settings
foot-lead = So that nobody else can change your settings of “{ $newsletter }”, we mail you a link of your own.
foot-button = Send me my link
foot-more = The link goes to this address alone, even if this message was forwarded to you. It works for 24 hours.
keep-title = Keep this address?
keep-lead = Another address was requested for “{ $newsletter }”. You can cancel that request.
keep-button = Keep my present address
keep-more = Links to your settings that were sent before stop working; those that unsubscribe go on.
kept-title = Nothing is waiting
kept-lead = No change of address is waiting for “{ $newsletter }”.
kept-more = If your messages go to an address that is not yours, write to { $address }.
own-title = Your settings of “{ $newsletter }”
own-waiting = New address, to be confirmed
own-ended = You no longer get this newsletter.
own-rhythm = How often
own-topics = Topics
own-topics-all = All of them, also those to come
own-topics-some = Only these:
own-pause = Pause
own-pause-no = No pause
own-pause-keep = Paused
own-pause-keep-until = Paused until { $date }
own-pause-months = { $count ->
    [one] For { $count } month
   *[other] For { $count } months
 }
own-pause-until = Until a day:
own-pause-day = Day on which messages resume
own-pause-help = Messages resume by themselves on that day, without those of the pause.
own-others = Other newsletters from here
own-others-consent = By ticking this box, you agree to get “{ $newsletter }” by mail. Each message has a link to unsubscribe.
own-name = Your name
own-language = Language of messages and pages
own-address = New email address
own-address-help = It will get a message to confirm, and the present address will be told. Until then, nothing changes. This is about this newsletter alone: your other subscriptions keep their address.
own-keep-address = Give up the new address
own-save = Save
own-saved = Saved.
own-moving = If the new address can get this newsletter, a message is on its way to it: open it to confirm. The present address is told, too.
own-kept-out = One of the other newsletters could not be added: it was once told never to write to this address. To come back there, write to { $address }.
own-kept = Your page had expired: what you chose then stands below again. Check it, and save.
own-capped = you gave three other addresses within a day; try again tomorrow
own-expired-title = This link is over a day old
own-expired-lead = So that nobody else can use it, it has stopped working. One click sends a new link, to your address.
own-expired-kept = The page was open for more than a day: nothing was saved, and nothing is lost. Ask for a new link: what you chose will be there.
own-void-title = This link does not work any more
own-void-lead = Another address has been confirmed since, or the links were cancelled. Ask for a new one.
own-data = Your data
own-data-lead = These links, like the one of this page, work for a day.
own-data-see = See all that is stored about me
own-data-erase = Erase all that is stored about me
data-title = Your data
data-lead = This is all that is stored about you for “{ $newsletter }”.
data-file = Download (JSON)
data-elsewhere = Each newsletter has its own data: if you get others from here, their settings links show theirs.
data-happened = What happened
data-older = { $count ->
    [one] { $count } older event stands in the file.
   *[other] { $count } older events stand in the file.
 }
data-back = Back to my settings
data-origin = site of the sign-up
data-left-because = why you left
data-mailbox-full = mailbox full
data-returned = came back
data-kept-out = kept out
erase-title = Erase everything?
erase-lead = We erase all that “{ $newsletter }” holds about you: address, choices, consents, messages received. It cannot be undone.
erase-button = Erase my data
erase-stays = Only a fingerprint of your address stays, which cannot be turned back into it: it keeps others from subscribing you unawares. You can come back by the subscription form.
erased-title = Erased
erased-lead = “{ $newsletter }” holds nothing about you any more, and will not write to you.
preview-title = This was a test
preview-lead = That message was a test: its links have no effect. In a real message, each person has their own.
confirm-title = Last step
confirm-lead = You are about to subscribe to “{ $newsletter }”, { $rhythm }.
confirm-button = Yes, subscribe me
confirm-not-you = Not you? Close this page and nothing happens.
confirm-refuse = Never write to this address again
confirm-already-title = Already confirmed
confirm-already-lead = Your subscription to “{ $newsletter }” is confirmed: all is well.
confirm-expired-title = This link has expired
confirm-expired-lead = { $days ->
    [one] This link is over a day old. Would you like a new message?
   *[other] This link is over { $days } days old. Would you like a new message?
 }
confirm-again-button = Send me a new message
confirm-ended-title = This subscription has ended
confirm-ended-lead = You no longer get “{ $newsletter }”. To come back, subscribe again.
confirmed-title = You are subscribed
confirmed-lead = You will get “{ $newsletter }”. Thank you!
confirmed-more = Each message has a link to unsubscribe in one click.
address-change-title = Your new address
address-change-lead = From now on you will get “{ $newsletter }” at this address, and no longer at the former one.
address-change-button = Use this address
address-changed-title = Your address is changed
address-changed-lead = You will get “{ $newsletter }” at this address.
leave-title = Stop getting “{ $newsletter }”?
leave-lead = One click, and you get no more messages.
leave-button = Unsubscribe
left-title = Done
left-lead = You will get no more messages.
left-newsletter-lead = You will get no more messages from “{ $newsletter }”.
left-mistake = Clicked by mistake?
left-rather = Too many messages? You can also get “{ $newsletter }” less often, { $rhythm }.
left-rather-button = Rather { $rhythm }
left-why = Why are you leaving?
left-why-help = Optional, and without your name: the newsletter keeps only a total.
left-why-button = Send this reason
left-why-thanks = Thank you, noted. You have already been unsubscribed.
stay-title = Stay with “{ $newsletter }”?
stay-lead = One click, and you keep receiving “{ $newsletter }” as before.
stay-button = Yes, I stay
stay-else = Without an answer you get no more messages, and your address is erased.
stay-leave = I would rather leave now
stayed-title = Thank you for staying
stayed-lead = You keep receiving “{ $newsletter }” as before.
why-left-too-many = too many messages
why-left-not-relevant = not what I am looking for
why-left-never-asked = I never subscribed
why-left-other = another reason
why-left-none = no reason given
undo-button = Undo: keep me subscribed
undone-title = Welcome back
undone-lead = You will get “{ $newsletter }” as before.
undone-pending-lead = Your request to get “{ $newsletter }” is open again: confirm it with the link that we sent you.
not-me-title = Was this not you?
not-me-lead = Someone entered your address in the form of “{ $newsletter }”. We can erase it and never write to it again.
not-me-button = Erase it and never write again
not-me-more = We keep only a fingerprint, which lets us refuse this address and cannot be turned back into it.
refused-title = Erased
refused-lead = “{ $newsletter }” will never write to this address again.

## Command line
cli-cannot-start = cannot start: { $error }
cli-start = cannot start
cli-signals = cannot take signals
cli-cannot-write = cannot write
cli-no-newsletter = there is no newsletter `{ $slug }`; `facteur newsletter list` shows all
cli-check-stored = Check whether the change was stored before you repeat the command
cli-no-database = there is no database at { $path }; check [database] url (`facteur config show --origin`) and the folder in which you run this command. `facteur newsletter add` and `facteur serve` create a new database
cli-database-in-use = { $path } has a second name (a hard link), and another Facteur sends from it under that name: using two names at once damages an SQLite database. Stop one of the two processes
cli-database-not-ours = the database that [database] url names holds no data of Facteur: check its name (`facteur config show --origin`). `facteur newsletter add` and `facteur serve` set up an empty database
cli-busy = another Facteur sends from { $database } already (it holds { $lock }): stop it first, or start this one with --roles web,schedule
cli-about = { $name }: { $said }
cli-no-texts = there are no texts in `{ $tag }`; there are: { $known }
cli-wants-yes = { $what } needs a yes: run the command in a terminal, or with --yes
cli-past = --at is in the past
cli-answer = [y/N]
cli-user-disabled = kept out from now on; sessions, tokens and links have ended
cli-user-enabled = may come in again
cli-user-reset = no second factor any more; the password alone lets them in
cli-user-passkeys-none = no passkey
cli-user-passkeys-removed = removed; their sessions have ended
cli-user-passkey-unknown = there is no passkey of this number; `facteur user passkeys` lists them
cli-user-passkey-unused = never used
cli-user-passkey-used = last used { $when }
cli-user-passkey-doubted = opens nothing: it may have been copied
cli-user-same = so it was already; nothing changed
cli-user-password = the password is set; sessions and tokens have ended
cli-user-roles = the roles are changed; sessions, tokens and an invitation of before have ended
cli-user-unknown = there is no account of this address; `facteur user list` shows all
cli-user-set-up = Open this link within 30 minutes to make the first owner's account. It is good once:
cli-user-set-up-over = there is an account already, so no set-up link is made; `facteur user list` shows it, `facteur user passwd EMAIL` sets its password, `facteur user add EMAIL --role owner` adds another
cli-user-nobody = Nobody has an account yet: `facteur user setup-link` prints the link for the first owner.
cli-user-nobody-open = Nobody has an account yet. To make the first one, open within 30 minutes:
cli-user-no-letter = no letter can leave: there is no newsletter yet to send it as; without --letter the link is printed
cli-user-added = added
cli-user-letter = added; the letter with the link leaves as soon as `facteur serve` runs and the mail server answers
cli-user-link = { $email } is added. With this link, good once and for 7 days, they choose a password:
cli-user-list-empty = There is no account yet. `facteur user setup-link` prints the link for the first owner.
cli-user-everywhere = all
cli-user-state-active = active
cli-user-state-invited = invited
cli-user-state-disabled = disabled
cli-user-seen = seen { $when }
cli-user-not-seen = seen never
cli-password-empty = the password is read from standard input, and its first line is empty
cli-password-new = New password:
cli-password-again = Once more:
cli-password-differ = the two differ; nothing was changed
cli-draft-begun = { $id } is a draft: { $title }
cli-draft-published = { $id } leaves with the next digest: { $title }
cli-draft-sent = { $id } leaves at { $at }; `take-back` stops it until then: { $title }
cli-draft-taken-back = { $id } is a draft again: { $title }
cli-draft-deleted = { $id } is thrown away; `restore` brings it back for three days: { $title }
cli-draft-restored = { $id } is back: { $title }
cli-draft-changed = the draft was thrown away or changed in the meantime
cli-draft-sent-meanwhile = the draft was sent, thrown away or changed in the meantime
cli-draft-left = nothing of it can be taken back: it is no post yet, or a digest holds it
cli-draft-unchanged = nothing was changed: it was published, or is thrown away or there already
cli-draft-unknown = `{ $slug }` has no draft { $id }; `facteur draft list { $slug }` shows those it has
cli-draft-is-letter = this draft is a letter: use `facteur draft send`
cli-draft-is-post = this draft is a post: use `facteur draft publish`
cli-draft-no-revision = { $id } has no revision { $number }; `facteur draft revisions` shows those it has
cli-draft-back = { $id } stands as it did: { $title }
cli-draft-moved-on = the draft was published, thrown away or changed in the meantime
cli-digest-no-revision = { $id } has no revision { $number }; `facteur digest revisions` shows those that are kept
cli-digest-no-revisions = { $id }: nothing has been saved yet.
cli-draft-list-empty = Nothing is being written for `{ $slug }`.
cli-draft-fate-open = open
cli-draft-fate-published = published
cli-draft-fate-deleted = thrown away
cli-text-languages = there are no texts in { $tag }; choose one of { $known }
cli-text-gone = the newsletter is gone
cli-cannot-open = cannot open { $file }: { $error }
cli-no-utf8 = { $file } is not text in UTF-8: { $error }
cli-post-none = `{ $slug }` has no such post; `facteur feed poll { $slug }` reads its feeds now.
cli-post-no-title = the post has no title: begin the file with `# Title`, or use --title
cli-post-added = Post { $id } was added to `{ $slug }`: { $title }
cli-post-there = Post { $id } was already in `{ $slug }`: { $title }
cli-post-unknown = `{ $slug }` has no post { $id }; `facteur post list { $slug }` shows those it has
cli-hold-nothing = Nothing is held.
cli-hold-resuming = resuming
cli-hold-why = Held: { $why }.
cli-hold-question = Open mails will be sent from this database, and no other database may send them. Resume?
cli-hold-stays = everything stays held
cli-hold-resumed-none = Sending resumes as soon as `facteur serve` runs: no digest was held.
cli-hold-resumed = { $count ->
    [one] Sending resumes as soon as `facteur serve` runs: 1 held digest.
   *[other] Sending resumes as soon as `facteur serve` runs: { $count } held digests.
 }
cli-held = { $count ->
    [one] Held: 1 digest was paused. `facteur resume` resumes sending.
   *[other] Held: { $count } digests were paused. `facteur resume` resumes sending.
 }
cli-held-already = Sending was already held. `facteur resume` resumes it.
cli-token-unknown = there is no token `{ $name }`; `facteur token list` shows all
cli-token-revoked = Token `{ $name }` is void from now on.
cli-token-name = a token's name has 1 to 100 characters on one line
cli-token-taken = there is already a token `{ $name }`; revoke it or choose another name
cli-token-keep = Keep this token safe: it is shown only once, and expires { $end }.
cli-token-list-empty = There is no token yet. `facteur token create NAME` creates one.
cli-token-used = used { $when }
cli-token-not-used = never used
cli-token-expires = expires { $when }
cli-token-no-time = --expires: `{ $typed }` is neither a time such as 90d or 6mo, nor a day such as 2027-01-31
cli-token-too-late = --expires: `{ $typed }` must lie in the future, at most a year from now
cli-fsck-repaired = { $count ->
    [one] { $digest }: repaired: the digest resumes, with 1 row still to be sent
   *[other] { $digest }: repaired: the digest resumes, with { $count } rows still to be sent
 }
cli-fsck-ledger = ledger
cli-fsck-digests = { $count ->
    [one] { $count } digest
   *[other] { $count } digests
 }
cli-fsck-recipients = { $count ->
    [one] { $count } recipient
   *[other] { $count } recipients
 }
cli-fsck-checked = { $digests } with { $recipients } checked
cli-fsck-missing = { $count ->
    [one] { $count } problem: mails are missing. `facteur fsck --repair` sends them; please report this
   *[other] { $count } problems: mails are missing. `facteur fsck --repair` sends them; please report this
 }
cli-fsck-broken = { $count ->
    [one] { $count } problem: mails may be missing or repeated. Keep a copy of the database before anything else, and report this
   *[other] { $count } problems: mails may be missing or repeated. Keep a copy of the database before anything else, and report this
 }
cli-subscriber-meant = did you mean { $domain }? The address is stored as you typed it.
cli-subscriber-confirmed = confirmed; gets the next digest
cli-subscriber-pending = pending; a confirmation letter is on its way
cli-subscriber-already = already subscribed
cli-subscriber-kept-out = the address is kept out ({ $reason }); if the person asks to come back, say so with --bring-back "why"
cli-subscriber-list-empty = no subscriber yet; `facteur subscriber add { $slug } EMAIL` or `facteur import { $slug } FILE`
cli-subscriber-more = there are more; type more of the address
cli-subscriber-left = unsubscribed
cli-subscriber-set-nothing = nothing to change: give --name, --lang, --rhythm, --topic, --all-topics or --pause
cli-subscriber-address-asked = a letter is on its way to the new address; the present one stays until it is confirmed
cli-subscriber-link-sent = the link to their settings is on its way to their address; it works for 24 hours
cli-subscriber-link-held = no message leaves: this address had enough of them, or must not be written to
cli-subscriber-stays = noted: the time of silence begins anew
cli-subscriber-not-subscribed = was not subscribed any more; nothing changed
cli-subscriber-unknown-kept-out = `{ $slug }` has no subscriber with this address, and the address is kept out ({ $reason })
cli-subscriber-unknown = `{ $slug }` has no subscriber with this address; `facteur subscriber list { $slug }` shows all
cli-kept-out-erased = erased
cli-kept-out-themselves = erased by the person
cli-kept-out-not-me = not-me
cli-kept-out-unsubscribed = unsubscribed
cli-kept-out-bounced = bounced
cli-kept-out-complained = complained
cli-kept-out-suppressed = suppressed
cli-kept-out-unclear = Facteur does not understand their status
cli-erase-ask = Erase everything about this address? This cannot be undone.
cli-erase-no = nothing was erased; --yes erases without asking
cli-erased = Erased. A keyed hash keeps the address out; nothing else is left in the database.
cli-erased-log = The log file (-wal) still holds some of it, because others read it; `facteur serve` empties it within the hour.
cli-erased-copies = Copies made before upgrades still hold the person's data; delete those you no longer need: { $copies }
cli-column = column { $number }
cli-column-named = column { $number } `{ $name }`
cli-import-no-proof = --confirmed-elsewhere needs words that prove the consent, such as "form of the old site, 2019 to 2024"
cli-import-consented-later = --consented-on is a day to come; give the day on which these people consented
cli-import-cut = { $error }; the rows already stored stay: run the same command again
cli-import-progress = { $count } people
cli-import-rows = { $count ->
    [one] { $count } row
   *[other] { $count } rows
 }
cli-import-addresses = { $count ->
    [one] { $count } address
   *[other] { $count } addresses
 }
cli-import-repeated = { $count } repeated
cli-import-confirmed = added, confirmed elsewhere
cli-import-would-confirm = would be added, confirmed elsewhere
cli-import-pending = added as pending; { $letters }
cli-import-would-ask = would be added as pending; { $letters }
cli-import-remembered = remembered as { $status }: they get no mail
cli-import-would-remember = would be remembered as { $status }: they get no mail
cli-import-raised = confirmed; they were pending
cli-import-already = already here, unchanged
cli-import-ended = unsubscribed; they were subscribed here
cli-import-kept-out = kept out: { $why }
cli-import-invalid = { $count ->
    [one] line without an address:
   *[other] lines without an address:
 }
cli-import-line = line { $line }: { $problem }
cli-import-more = … (--json names up to a thousand)
cli-import-dry-run = Nothing was stored (dry run).
cli-import-unclear = not understood, kept out: { $words }
cli-import-unused = not used: { $columns }
cli-import-letters-now = their confirmation letters are sent now
cli-import-letters = sending their confirmation letters takes { $hours } h or more ([signup] letters_per_hour)
cli-import-empty = the file is empty
cli-import-no-list = this is { $kind }, not a list of addresses; export the list as CSV
cli-file-an-archive-or-a-spreadsheet = an archive or a spreadsheet
cli-file-a-spreadsheet = a spreadsheet
cli-file-a-pdf = a PDF
cli-file-a-web-page = a web page
cli-file-json = JSON
cli-file-a-binary-file = a binary file
cli-import-no-addresses = no column holds addresses; name the column with the addresses `email` in the first line
cli-import-first-line = no name in the first line is known for a column of addresses: { $names }; write `email` above that column, or name it with --address-column
cli-import-no-such-column = there is no column `{ $name }` beside the addresses; there are: { $all }
cli-import-unreadable = cannot read the file: { $error }
cli-import-called = the name of the file suggests a list of people who must not be written to (`{ $name }`, { $status }), and its rows say nothing about it. If it is such a list, add --unsubscribed: its people are remembered and never written to. If these people are subscribers, add --subscribed
cli-import-subscribed = --unsubscribed is for lists of people who must not be written to, but rows of this list say that their people are subscribed (column { $column }). Export only the people who left, or leave out --unsubscribed: Facteur then reads row by row who left. If the column means something else, add --ignore-column { $column }
cli-import-columns = --confirmed-elsewhere needs to know who left or said no, but Facteur does not understand these columns, which may say so:
cli-import-columns-next = Look at each of them. If a column says who may be written to, name it `status` or `consent` in the first line (or `unsubscribed`, if yes means that), and write yes and no as its values; if it does not, add { $ignore }. Without --confirmed-elsewhere each person gets a confirmation letter. Nothing was stored.
cli-address-empty = there is no address
cli-address-no-at = the address has no @
cli-address-many-at = the address has more than one @
cli-address-no-local = nothing stands before the @
cli-address-no-domain = nothing stands after the @
cli-address-no-dot = the ending after the @ is missing, such as .org
cli-address-blank = there is a blank inside the address
cli-address-accent = accents and letters other than a to z cannot stand before the @
cli-address-local = the part before the @ is not valid
cli-address-domain = the part after the @ is not a domain name
cli-address-too-long = the address is too long
cli-addresses = { $count ->
    [one] { $count } address
   *[other] { $count } addresses
 }
cli-digest-test = A test of { $whence }, to { $addresses }: it leaves as soon as `facteur serve` runs and the mail server answers.
cli-digest-test-would = A test of { $whence }, to { $addresses }, would be sent.
cli-digest-sending = sending
cli-digest-made = That digest was made a moment ago; there is nothing new to send.
cli-digest-resting = { $count ->
    [one] (1 more post is still in its waiting period; --unsettled includes it)
   *[other] ({ $count } more posts are still in their waiting period; --unsettled includes them)
 }
cli-digest-would-go = Nothing was sent (--dry-run). It would go to { $people } on “{ $name }”:
cli-digest-send = Send this to { $people } on “{ $name }” now?
cli-digest-not-sent = nothing was sent
cli-digest-goes = It is sent while `facteur serve` runs; `facteur digest status { $slug } --watch` follows it.
cli-digest-approve-would = Nothing was sent (--dry-run). “{ $subject }” would go to { $people }.
cli-digest-stop-would = Digest { $id } would be stopped (--dry-run).
cli-digest-stopped = Digest { $id } waits for you; `facteur digest approve { $slug } { $id }` sends it.
cli-digest-taken-back = Digest { $id } was taken back; its posts wait for the next digest.
cli-digest-skip-would-back = Digest { $id } would be skipped; its posts wait for the next digest.
cli-digest-skip-would = Digest { $id } would be skipped; its posts will not be sent on this schedule.
cli-digest-skipped-back = Digest { $id } was skipped; its posts wait for the next digest.
cli-digest-skipped = Digest { $id } was skipped; its posts will not be sent on this schedule.
cli-digest-next-post = the next post
cli-digest-slot = the slot of { $when } ({ $zone })
cli-digest-kept-would = Nothing would be skipped: { $next } is sent as planned.
cli-digest-kept = Nothing is skipped: { $next } is sent as planned.
cli-digest-slot-skip-would = Skipped would be { $next }; its posts wait for the slot after it. `facteur digest skip { $slug } --undo` undoes this.
cli-digest-slot-skipped = Skipped is { $next }; its posts wait for the slot after it. `facteur digest skip { $slug } --undo` undoes this.
cli-digest-post-skip-would = Skipped would be { $next }. `facteur digest skip { $slug } --undo` undoes this.
cli-digest-post-skipped = Skipped is { $next }. `facteur digest skip { $slug } --undo` undoes this.
cli-schedule = schedule { $number }
cli-digest = digest { $id }
cli-digest-pause-would = would be paused: { $what }
cli-digest-paused = now paused: { $what }
cli-digest-resume-would = would be running again: { $what }
cli-digest-resumed = now running again: { $what }
cli-digest-ending = ending a digest for good
cli-digest-not-cancelled = nothing was cancelled; `facteur digest pause` stops it for a while
cli-digest-cancel-would = The rest of digest { $id } would be cancelled.
cli-digest-cancelled = The rest of digest { $id } was cancelled.
cli-digest-end-all = Nothing of “{ $subject }” has been sent. End it for good, so that nobody gets it?
cli-digest-end-rest = { $count ->
    [one] “{ $subject }”: 1 person has it, { $others } would never get it. End it for good?
   *[other] “{ $subject }”: { $count } people have it, { $others } would never get it. End it for good?
 }
cli-doubt-deciding = deciding about mails in doubt
cli-doubt-not-decided = nothing was decided
cli-doubt-send-again = { $count ->
    [one] Send the digest again to { $count } person whose mail is in doubt? Some may get it twice.
   *[other] Send the digest again to { $count } people whose mail is in doubt? Some may get it twice.
 }
cli-doubt-accept = { $count ->
    [one] Treat { $count } mail in doubt as accepted? Recipients whom they did not reach will get none.
   *[other] Treat { $count } mails in doubt as accepted? Recipients whom they did not reach will get none.
 }
cli-doubt-none = No mail of digest { $id } is in doubt.
cli-doubt-again-would = { $count ->
    [one] { $count } mail in doubt of digest { $id } would be queued again.
   *[other] { $count } mails in doubt of digest { $id } would be queued again.
 }
cli-doubt-again = { $count ->
    [one] { $count } mail in doubt of digest { $id } is queued again.
   *[other] { $count } mails in doubt of digest { $id } are queued again.
 }
cli-doubt-accepted-would = { $count ->
    [one] { $count } mail in doubt of digest { $id } would be treated as accepted.
   *[other] { $count } mails in doubt of digest { $id } would be treated as accepted.
 }
cli-doubt-accepted = { $count ->
    [one] { $count } mail in doubt of digest { $id } is treated as accepted.
   *[other] { $count } mails in doubt of digest { $id } are treated as accepted.
 }
cli-retry = { $count ->
    [one] { $count } refused recipient of digest { $id } is queued again.
   *[other] { $count } refused recipients of digest { $id } are queued again.
 }
cli-retry-would = { $count ->
    [one] { $count } refused recipient of digest { $id } would be queued again.
   *[other] { $count } refused recipients of digest { $id } would be queued again.
 }
cli-retry-nobody = Digest { $id } has no refused recipient to send it to again.
cli-retry-accepted = accepted by the mail server
cli-retry-open = still being sent
cli-retry-deferred = deferred by the mail server; tried again by itself
cli-retry-dead = refused because their address does not exist; `facteur digest retry { $slug } { $id } --bounced` writes to them
cli-retry-refused = refused for a reason that a retry cannot change
cli-retry-doubt = in doubt; `facteur digest retry { $slug } { $id } --doubtful` sends again
cli-retry-skipped = skipped: they left, complained or were erased meanwhile
cli-revive-nobody = Digest { $id } has nobody to bring back.
cli-revive-cancelled = { $count ->
    [one] { $count } person who bounced are subscribed again; the cancelled digest { $id } is not sent to them.
   *[other] { $count } people who bounced are subscribed again; the cancelled digest { $id } is not sent to them.
 }
cli-revive-cancelled-would = { $count ->
    [one] { $count } person who bounced would be subscribed again; the cancelled digest { $id } is not sent to them.
   *[other] { $count } people who bounced would be subscribed again; the cancelled digest { $id } is not sent to them.
 }
cli-revive = { $count ->
    [one] Of digest { $id }, { $count } recipient whose address was refused are queued again; { $back } of them had bounced and are subscribed again.
   *[other] Of digest { $id }, { $count } recipients whose address was refused are queued again; { $back } of them had bounced and are subscribed again.
 }
cli-revive-would = { $count ->
    [one] Of digest { $id }, { $count } recipient whose address was refused would be queued again; { $back } of them had bounced and would be subscribed again.
   *[other] Of digest { $id }, { $count } recipients whose address was refused would be queued again; { $back } of them had bounced and would be subscribed again.
 }
cli-revive-kept-out = { $count ->
    [one] { $count } stays out: left, complained or erased meanwhile.
   *[other] { $count } stay out: left, complained or erased meanwhile.
 }
cli-revive-paused = The digest is paused: `facteur digest resume` sends them.
cli-or = or
cli-schedule-unknown = `{ $slug }` has no schedule { $number }; `facteur newsletter show { $slug }` lists its schedules by number
cli-digest-several = `{ $slug }` has several such digests; name one: { $ids }
cli-digest-none = `{ $slug }` has no digest that is { $states }; `facteur digest list { $slug }` shows all
cli-digest-ambiguous = the id of more than one digest begins with `{ $id }`: give more letters of the id
cli-digest-unknown = `{ $slug }` has no digest `{ $id }`; `facteur digest list { $slug }` shows all
cli-digest-list-empty = `{ $slug }` has had no slot yet; `facteur newsletter show { $slug }` says when the next one is.
cli-digest-never = `{ $slug }` has had no digest yet; `facteur digest send` makes one
cli-whence-digest = digest { $id } ({ $state })
cli-whence-next = { $count ->
    [one] the next digest as it would be now, { $count } post
   *[other] the next digest as it would be now, { $count } posts
 }
cli-whence-last = the last digest, { $id }: no new post waits
cli-whence = { $whence }; subject: { $subject }
cli-digest-no-post = `{ $slug }` has no post to show yet; `facteur feed poll { $slug }` reads its feed now
cli-digest-edit-unknown = post { $id } neither is in this digest nor waits for it; `facteur post list` shows numbers
cli-feed-polled = { $new } new, { $held } held, { $seen } already there
feed-gap-now = { $feed }: the feed holds none of the posts that it held before; posts may have been missed
cli-feed-named = { $url } is a web page; using the feed that it links to: { $feed }
cli-feed-added = { $url } was added to `{ $slug }`. Facteur reads it at the next poll; `facteur feed poll { $slug }` reads it now.
cli-feed-there = { $url } is already a feed of `{ $slug }`.
cli-feed-taken = { $url } is already another feed of `{ $slug }`
cli-feed-moved = { $was } is read at { $url } from now on. Posts already sent are recognised there by their text too; `facteur feed poll { $slug }` reads it now.
cli-feed-unknown = `{ $slug }` has no such feed; `facteur feed list { $slug }` shows those it has
cli-feed-list-empty = `{ $slug }` has no feed yet; `facteur feed add { $slug } URL` adds one.
cli-feed-removed = { $url } was removed from `{ $slug }`.
cli-feed-removed-waiting = { $count ->
    [one] { $url } was removed from `{ $slug }`. 1 waiting post of this feed is not sent, unless another feed brings the same post. `facteur post list { $slug } --state gone` lists what is not sent, `facteur post include` sends it all the same.
   *[other] { $url } was removed from `{ $slug }`. { $count } waiting posts of this feed are not sent, unless another feed brings the same post. `facteur post list { $slug } --state gone` lists what is not sent, `facteur post include` sends it all the same.
 }
cli-feed-no-source = `{ $source }` is neither a web address nor a file that can be read: { $error }
cli-feed-entries = { $count ->
    [one] { $count } entry
   *[other] { $count } entries
 }
cli-feed-address = Feed: { $url }
cli-feed-no-date = no date
cli-feed-link = link
cli-feed-guid = guid
cli-feed-by = by
cli-newsletter-nothing = no setting to change was given; `facteur newsletter set --help` lists them
cli-newsletter-ask-archive = Who may read on the web what it sends: public (everybody), link (whoever has a page’s address) or off (nobody)?
cli-newsletter-renamed = The newsletter is `{ $slug }` from now on; addresses with `{ $from }` lead there.
cli-archive-no-page = No page yet: one is made when a digest leaves.
cli-archive-not-sent = The page is made when the digest leaves.
cli-archive-no-such-page = this digest has no page yet: `facteur archive set { $slug } public` (or `link`) makes those of earlier digests
cli-archive-off = the archive of `{ $slug }` is off, so there is nothing to export: `facteur archive set { $slug } public` opens it
cli-archive-none = no newsletter has an open archive, so there is nothing to export: `facteur archive set NEWSLETTER public` opens one
cli-archive-not-empty = { $folder } is not empty, so nothing was written: name another folder, or replace an earlier export with --replace
cli-archive-cannot-write = cannot write to { $folder }: { $error }
cli-archive-exported = { $count ->
    [one] { $count } file was written to { $folder }.
   *[other] { $count } files were written to { $folder }.
 }
cli-newsletter-list-empty = There is no newsletter yet. `facteur newsletter add --help` says how to add one.
cli-newsletter-held = { $count ->
    [one] 1 waits for a letter
   *[other] { $count } wait for their letter
 }
cli-newsletter-test = test mode
cli-newsletter-deleted = deleted; removed for good at { $at }
cli-newsletter-confirmed = { $count } confirmed
cli-newsletter-plan = Nothing was stored (--dry-run). It would be:
cli-home-leads = leads to this newsletter
cli-home-lists = lists this newsletter among others
cli-home-hides = does not show it (--listed no)
cli-home-others = does not show it because there are others; `facteur newsletter set { $slug } --listed yes` changes that
cli-newsletter-added = Newsletter `{ $slug }` was added.
cli-newsletter-page = sign-up page
cli-newsletter-home = home page
cli-newsletter-sends = sends
cli-newsletter-next = next digest
cli-newsletter-steps = What to do next:
cli-newsletter-step-poll = read its feed now
cli-newsletter-step-feed = give it the blog's feed
cli-newsletter-step-preview = see what the next digest would say
cli-newsletter-step-serve = answer visitors and send
cli-mail-error = { $id } error: { $what }
cli-mail-warning = { $id } warning: { $what }
cli-mail-findings = { $count ->
    [one] { $count } finding; `facteur mail lint --help` explains each id
   *[other] { $count } findings; `facteur mail lint --help` explains each id
 }
cli-mail-unreadable = cannot read { $file }; give a file with one message, or -: { $error }
cli-letters-none = No letter of `{ $slug }` is in doubt.
cli-letters-send-again = { $count ->
    [one] Send { $count } letter in doubt again? Some people may get one twice.
   *[other] Send { $count } letters in doubt again? Some people may get one twice.
 }
cli-letters-accept = { $count ->
    [one] Treat { $count } letter in doubt as accepted? Who did not get it will get none.
   *[other] Treat { $count } letters in doubt as accepted? Who did not get one will get none.
 }
cli-letters-again-would = { $count ->
    [one] { $count } letter in doubt of `{ $slug }` would be queued again.
   *[other] { $count } letters in doubt of `{ $slug }` would be queued again.
 }
cli-letters-again = { $count ->
    [one] { $count } letter in doubt of `{ $slug }` is queued again.
   *[other] { $count } letters in doubt of `{ $slug }` are queued again.
 }
cli-letters-accepted-would = { $count ->
    [one] { $count } letter in doubt of `{ $slug }` would be treated as accepted.
   *[other] { $count } letters in doubt of `{ $slug }` would be treated as accepted.
 }
cli-letters-accepted = { $count ->
    [one] { $count } letter in doubt of `{ $slug }` is treated as accepted.
   *[other] { $count } letters in doubt of `{ $slug }` are treated as accepted.
 }
cli-live-done = ok
cli-live-open = open
cli-schedule-moved = { $moved } moved to schedule { $number }
cli-schedule-moved-not-all = { $moved } moved to schedule { $number }; { $count } chose theirs themselves and stay: schedule { $number } writes more often
cli-schedule-releasing = { $moved } moved to schedule { $number }; a digest is being released, so that nobody else can change now. Try again in a minute
cli-rhythm-lowered = { $count ->
    [0] nobody was on a rhythm that writes more often, but those who chose it
    [one] one person who never chose was moved to it
   *[other] { $count } people who never chose were moved to it
}
cli-rhythm-releasing = moved to it: { $count }; a digest is being released, so that nobody else can change now. Try again in a minute
cli-topic-no-feed = the newsletter has no feed { $url }
cli-topic-none = `{ $slug }` has no topics; `facteur newsletter topic add { $slug } NAME --category CATEGORY` adds one
cli-topic-removed = “{ $name }” was removed
cli-schedule-removed = schedule { $number } was removed
cli-newsletter-not-deleted = nothing was deleted
cli-newsletter-gone = `{ $slug }` was deleted: its pages are gone, nothing of it is sent. It is removed for good at { $until }; until then `facteur newsletter restore { $slug }` takes it back.
cli-say-yes = say --yes: nobody can be asked here
cli-newsletter-delete = Delete `{ $slug }` with its { $readers } confirmed subscribers? Type its name to do so:
cli-newsletter-not-there = there is no newsletter `{ $slug }`, or it was removed more than three days ago
cli-newsletter-back = `{ $slug }` is back. A digest that was on its way stays paused: `facteur digest status { $slug }` shows it.
cli-serve-listens = Facteur listens on http://{ $local }; readers reach it as { $base_url }. Ctrl-C stops it.
cli-serve-works = Facteur works without answering HTTP. Ctrl-C stops it.
cli-serve-cut-short = the orderly stop took more than { $seconds } s and was cut short
cli-config-unusable = the configuration cannot be used:
cli-listen = cannot listen on { $address }: { $error }; { $next }
cli-listen-in-use = another program, perhaps another Facteur, uses that port: stop it, or choose another port with --listen
cli-listen-denied = ports below 1024 need privileges; listen on 8080 and put a web server in front
cli-listen-elsewhere = this machine does not have that address; 127.0.0.1 and [::] always exist
cli-listen-form = give ADDRESS:PORT with --listen or `listen` in the configuration
cli-demo-no-browser = cannot open the browser ({ $program }: { $error }); open { $url } yourself
cli-config-fault = fault
cli-config-warning = warning
cli-config-loss = loss
cli-config-read = { $count } keys read
config-has-faults = { $count ->
    [one] the configuration has a fault
   *[other] the configuration has { $count } faults
 }

## What the operating system says (part of a line, no full stop)
os-error-not-found = no such file or folder
os-error-denied = permission denied
os-error-exists = there is one of this name already
os-error-read-only = the file system is read-only
os-error-full = no space is left on the disk
os-error-directory = it is a folder, not a file
os-error-no-directory = a part of the path is no folder
os-error-address-in-use = the address is in use already
os-error-address-elsewhere = this machine does not have the address
os-error-refused = connection refused
os-error-reset = the other side cut the connection
os-error-broken-pipe = the other side no longer reads
os-error-timed-out = no answer came in time
os-error-unreachable = the host cannot be reached
os-error-open-files = too many files are open
os-error-host-unknown = no such host
os-error-no-resolver = no name server answers
os-error-unknown = the system says: { $words } ({ $code })

## What keeps mail from leaving (part of a line, no full stop)
hurdle-closed = the server closed the connection
hurdle-silent = the server did not answer within { $seconds } s
hurdle-no-reply = the server's answer is no SMTP reply: { $words }
hurdle-out-of-step = the server's answer does not fit what was asked: { $words }
hurdle-failed = the connection failed: { $words }
hurdle-stopped = stopped while waiting for the server
hurdle-tls = TLS with { $host } failed: { $words }
hurdle-tls-expired = TLS with { $host } failed: its certificate has expired
hurdle-tls-name = TLS with { $host } failed: its certificate is for another name
hurdle-tls-issuer = TLS with { $host } failed: its certificate is not signed by an authority that this machine knows ([smtp] tls_ca_file names one of your own)
hurdle-no-start-tls = the server does not offer STARTTLS, and [smtp] tls = "starttls" sends nothing in clear
hurdle-early-words = the server said more than its answer to STARTTLS before TLS began
hurdle-lmtp = this is an LMTP server, which only stores mail in its own mailboxes; name the SMTP server (port 25, 465 or 587)
hurdle-password-in-clear = a user name is set, but [smtp] tls = "none": a password is not sent in clear over a network
hurdle-no-auth = a user name is set, but the server offers neither AUTH PLAIN nor LOGIN
hurdle-no-password-file = a user name is set, but [smtp] password_file names no file
hurdle-password-unreadable = a user name is set, but cannot read the password file { $path }: { $error }
hurdle-password-empty = a user name is set, but the password file { $path } is empty; its first line is the password
hurdle-said = { $words }
trouble-connection = { $server }: { $why }
trouble-disk-short = the disk of the database is nearly full: { $free } MiB are free and sending wants { $least }; it goes on by itself when there is room
trouble-disk-full = the disk of the database is nearly full: it took no more; sending goes on by itself when there is room

## What `facteur fsck` finds (part of a line, no full stop)
fsck-no-state = rows in a state that does not exist: { $count }
fsck-sum = recipients: { $recipients }, but rows: { $rows }, packed: { $packed }, erased: { $erased }
fsck-double = recipients that stand twice, in chunks or rows: { $count }
fsck-ended = it has ended, but rows are open: { $count }
fsck-no-mail = it is being sent, but its mail is in no language
fsck-packed-open = recipients that chunk { $chunk } holds as open: { $count }
fsck-unreadable = chunk { $chunk } cannot be read: { $why }
fsck-batches-left = it has ended, but { $count } batches are left
fsck-overlap = the batch from { $low } to { $high } meets another
fsck-stray = { $count } open rows are in no batch
fsck-orphan = there are rows of digest number { $digest }, which is not there or was not released
fsck-orphan-batches = batches of digests that are not there: { $count }
fsck-letter-state = letters in a state that does not exist: { $count }

## What is wrong, or risky, in a configuration (part of a line, no full stop)
wrong-config-rules = { $file }: { $what }
wrong-config-unreadable = cannot be read: { $error }
wrong-config-no-toml = not valid TOML: { $what }
wrong-config-kind = { $key } is { $found }; it must be { $expected }
wrong-config-between = { $key } is { $number }; it must be { $low } to { $high }
wrong-config-one-of = { $key } is "{ $text }"; it must be one of { $words }
wrong-config-one-of-near = { $key } is "{ $text }"; it must be one of { $words } (did you mean "{ $near }"?)
wrong-config-text = { $key } is "{ $text }"; { $expected }
wrong-config-item = { $key } holds "{ $text }"; { $expected }
wrong-config-no-key = unknown key `{ $key }`; `facteur config show` lists them all
wrong-config-no-key-in = unknown key `{ $key }`; did you mean `{ $name }` in [{ $section }]?
wrong-config-no-key-above = unknown key `{ $key }`; did you mean `{ $name }`, above the first [section]?
wrong-config-no-relay-key-near = unknown key `{ $key }`; did you mean `{ $near }`?
wrong-config-no-relay-key = unknown key `{ $key }`; [relay.{ $name }] takes { $keys }
wrong-config-no-host = [relay.{ $name }] has no host; name the mail server
wrong-config-no-password = { $name }.username is set but { $name }.password_file is not; name the file that holds the password
wrong-config-password-in-clear = { $name }.username is set but { $name }.tls is "none": Facteur does not send a password to { $host } in clear text; use "starttls" or "tls", or remove the user name
wrong-config-same-server = [{ $name }] and [{ $other }] name the same server and user
wrong-config-database-file = database.url names { $path } as { $parameter }, which cannot be read: { $error }
wrong-config-password-without-server = database.password_file needs a database.url such as postgres://USER@HOST/NAME
wrong-config-power-loss-of-server = database.power_loss = "5ms" is for SQLite; with PostgreSQL the server syncs, and Facteur sends only while it does (fsync, synchronous_commit). Remove the line
wrong-config-leave-mailbox = smtp.leave_mailbox is set, but neither bounces.listen nor bounces.imap brings its mails in: unless your mail server hands them to `facteur bounce`, people who unsubscribe by writing to it go on getting mails
wrong-config-two-envelope-senders = smtp.bounce_domain and smtp.bounce_address are both set, but a mail has one envelope sender; remove one of them
wrong-config-no-envelope-sender = smtp.bounce_domain and smtp.bounce_address are empty: reports about mails that a server took and could not deliver go to each newsletter’s own address, and nothing in them tells for sure whom they are about, so dead addresses go on getting mails; and complaints have no address (CFBL-Address, RFC 9477)
wrong-config-disposable-file = signup.disposable_file names { $path }, which cannot be read: { $error }
wrong-config-key-file = cannot read the key file { $path }: { $error }
wrong-config-key-empty = the key file { $path } is empty
wrong-config-unfit = what the file holds does not fit: { $expected }
wrong-config-no-hook-key = unknown key `{ $key }`; [{ $section }] takes { $keys }
wrong-config-no-hook-near = unknown key `{ $key }`; did you mean [{ $near }]?
wrong-config-no-hook = unknown key `{ $key }`; there are { $names }
wrong-config-no-hook-proof = { $section }.secret_file is set but { $section }.key_file is not: what the provider posts could not be told from a forgery; name the file that holds its signing key
wrong-config-no-hook-secret = { $section }.{ $key } is set but { $section }.secret_file is not; name the file that holds the secret of the hook’s address
wrong-config-no-user = { $name }.host is set but { $name }.username is not; name who looks into the mailbox
wrong-config-no-client = oidc.issuer is set but oidc.client_id is not; name what the provider calls Facteur
wrong-config-password-file = cannot read the password file { $path }: { $error }
wrong-config-password-empty = the password file { $path } is empty; its first line is the password
wrong-config-no-pem = { $path } cannot be read as PEM certificates: { $error }
wrong-config-no-certificate = { $path } holds no certificate (PEM, -----BEGIN CERTIFICATE-----)
wrong-config-example = { $key } still has the value from the example ({ $value }): no such host exists; replace it with your own
wrong-config-no-such-host = { $key } names a host that does not exist ({ $value }): names such as example.org, or that end in .example, are kept for examples; replace it with your own
wrong-config-no-tls = { $name }.tls is "none": mails travel to { $host } in clear text
wrong-config-any-certificate = { $name }.tls_accept_invalid: anybody on the way to { $host } can read the mails
wrong-config-http = base_url is http: links in mails and one-click unsubscribing (RFC 8058) need https
wrong-config-only-here = base_url is this machine only: nobody else can open the links in the mails
wrong-config-no-proxy = web.trusted_proxies is empty although Facteur seems to run behind a proxy (base_url is https, and `listen` is this machine only): all visitors look like one, and the limits of [signup] delay their letters. Name the proxy, such as trusted_proxies = ["127.0.0.1", "::1"]
wrong-config-password-in-url = database.url contains a password; put it into the file that database.password_file names
wrong-config-database-in-clear = database.url lets passwords and addresses travel to { $host } in clear text, or to an impostor: add sslmode=verify-full (with sslrootcert=FILE for an authority of your own)
wrong-config-no-parameter = database.url has a parameter `{ $name }` that Facteur does not know; it is ignored
wrong-config-open-file = everybody on this machine can read { $path }; run `chmod 600` on it
wrong-config-not-read = { $variable } is not read: write { $right }
wrong-config-not-read-section = { $variable } is not read: write { $right }, with two underscores after the section's name
wrong-config-like-variable = { $variable } is not read; did you mean { $right }?
wrong-config-no-variable = { $variable } is not read: no key has this name; `facteur config show` lists them all

## What a key must hold instead (part of a line, no full stop)
config-expected-web-address = it must look like "https://news.example.org" ({ $error })
config-expected-web-scheme = it must look like "https://news.example.org": http or https, then a host
config-expected-web-parts = it must look like "https://news.example.org": no user, no ?, no #
config-expected-web-path = it must look like "https://news.example.org": Facteur needs a host of its own; a path after the host is not supported
config-expected-listen = it must be ADDRESS:PORT, such as "127.0.0.1:8080" or "[::]:8080"
config-expected-memory = a database in memory would be lost when Facteur stops: it must be a file, sqlite://PATH
config-expected-database = it must be sqlite://PATH or postgres://USER@HOST/NAME
config-expected-host = it must be a host name or an IP address, without scheme or port
config-expected-mailbox = it must be NAME@DOMAIN, without a +
config-expected-bounce-address = it must look like "bonjour+{"{token}"}@example.org"
config-expected-bounce-address-mark = it must look like "bonjour+{"{token}"}@example.org": a name, then + or what your mail server takes for it, then {"{token}"}
config-expected-bounce-address-end = it must look like "bonjour+{"{token}"}@example.org": nothing may stand between {"{token}"} and @
config-expected-bounce-address-long = what stands before {"{token}"} may have { $most } characters at most
config-expected-socket = a socket is named by its whole path, such as unix:/run/facteur/bounces.sock
config-expected-folder = it must name a folder of the mailbox, such as INBOX or Facteur/Done
config-expected-name-server = it must be "system", or an address such as "192.0.2.53" or "[2001:db8::53]:5353"
config-expected-hook-secret = its first line must be 24 to 128 letters, digits, - or _; `openssl rand -hex 24` makes one
config-expected-hook-login = its first line must be USER:PASSWORD, as they were given to the provider
config-expected-hook-topic = it must be the ARN of a topic, arn:aws:sns:…
config-expected-hook-key = it must be the signing key of the hook, on one line
config-expected-hook-key-postal = it must be the public key: PEM, or the p= of the server’s DKIM record
config-expected-hook-key-sendgrid = it must be the verification key that the settings of the hook show
config-expected-hook-key-resend = it must be the signing secret of the hook, whsec_…
config-expected-sender = it must be "Name <NAME@DOMAIN>" or NAME@DOMAIN
config-expected-issuer = it must be the address of a provider as it gives it itself, https without user, ? or # (http only on this machine)
config-expected-scope = it must be a word without blanks, quotes or \
config-expected-zone = it must be an IANA time zone such as "Europe/Paris"
config-expected-network = it must be an IP address or a network such as "10.0.0.0/8"
config-expected-log-filter = it must be error, warn, info, debug or a filter such as "info,facteur::delivery=debug"
config-expected-server = it must be postgres://USER@HOST/NAME
config-expected-encode = in a user name or password, / is written %2F, # is %23, ? is %3F, @ is %40, : is %3A and % is %25 (or put the password into password_file, where it needs no such codes)
config-expected-server-encode = it must be postgres://USER@HOST/NAME; in a user name or password, / is written %2F, # is %23, ? is %3F, @ is %40, : is %3A and % is %25 (or put the password into password_file, where it needs no such codes)
config-expected-port = the port in it must be 1 to 65535
config-expected-port-encode = the port in it must be 1 to 65535; in a user name or password, / is written %2F, # is %23, ? is %3F, @ is %40, : is %3A and % is %25 (or put the password into password_file, where it needs no such codes)
config-expected-connect-timeout = connect_timeout in it must be whole seconds
config-expected-ssl-mode = sslmode in it must be one of { $modes }
config-expected-host-address = hostaddr in it must be an IP address
config-expected-cache = statement-cache-capacity in it must be a whole number
config-expected-one-host = it names several ports and one host
config-expected-hosts-ports = it names { $hosts } hosts and { $ports } ports
config-expected-session = target_session_attrs in it must be read-write, primary or any: Facteur writes

## Types of values
config-kind-text = a text in quotes
config-kind-number = a whole number
config-kind-fraction = a number with a fraction
config-kind-flag = true or false
config-kind-list = a list of texts
config-kind-other-list = a list with other things than texts
config-kind-date = a date
config-kind-sections = a list of sections
config-kind-other = something else

## Demo
demo-name = Demo
demo-tour = The tour in six steps
demo-places = Places in the demo
demo-done = done
demo-clock = The demo’s clock:
demo-when = { $date }, { $time }
demo-blog = Sample blog
demo-mailbox = Mailbox
demo-unread = unread
demo-unread-single = unread
demo-unread-one = Unread:
demo-author = You
demo-newsletter-description = News of the village oven every Monday morning: the baking days, the people, and what you learn while the dough rises.

demo-title = From the post to the mailbox, in six steps
demo-lead = This is the whole of Facteur, on this machine alone. You are visitor, author and reader in turn. No mail leaves this machine: use any address you like.
demo-step-1 = Subscribe
demo-step-1-text = Enter a made-up address on the sign-up page, or in the blog’s own form. Facteur does not subscribe that address yet: it first sends it a message.
demo-step-2 = Confirm
demo-step-2-text = The confirmation mail arrives in the mailbox. Open it, follow its link, press the button: opening a link is never enough.
demo-step-3 = Publish
demo-step-3-text = Publish one of the prepared posts, or write your own. Facteur reads the blog’s RSS feed and notes what is new.
demo-step-4 = Advance
demo-step-4-text = Subscribers get the posts every Monday at 8:00 in Paris. Instead of waiting, advance the clock.
demo-step-5 = Read
demo-step-5-text = The digest arrives in the mailbox. See it at full width, on a phone and as plain text, and read its headers.
demo-step-6 = Leave
demo-step-6-text = Each mail has a link to unsubscribe: one button, and it is done. Changed your mind? One button brings you back.
demo-hint-1 = Subscribe with any address you like: nothing leaves this machine.
demo-action-1 = Sign-up page
demo-hint-2 = A confirmation mail is waiting. Open it and follow its link.
demo-hint-2-press = Opening the link changed nothing: only the button confirms.
demo-action-2 = Open the mail
demo-hint-3 = Your turn to write: publish a post on the sample blog.
demo-action-3 = Publish a post
demo-hint-4 = The post will be sent on { $slot }. No need to wait: advance the clock.
demo-action-4 = Advance to the mailing
demo-hint-wait = A mailing waits for the editors’ approval: the clock does not move it. Approve it in the console.
demo-action-wait = Open the console
demo-hint-login = Nobody needs a password here: this button, or “Console” above, lets you in as the editor.
demo-hint-5 = The digest has arrived in the mailbox.
demo-action-5 = Read the digest
demo-hint-6 = In the mail, follow the link “Unsubscribe”.
demo-hint-6-press = Opening the link changed nothing: press the button to unsubscribe.
demo-action-6 = Back to the mail
demo-hint-undo = You have unsubscribed. Changed your mind? The farewell page has a button to undo it.
demo-hint-undo-press = You have unsubscribed. Changed your mind? One button undoes it.
demo-action-undo = Back to the mail
demo-hint-all = That’s the whole tour! Publish again, advance the clock, look at the headers…
demo-action-all = Publish another post

demo-clock-title = The demo’s clock
demo-next-slot = Next mailing
demo-confirmed = Confirmed subscribers
demo-waiting = Posts waiting
demo-turn = Advance to the next mailing
demo-invented = (300 of them are invented: the mailbox keeps no mails to them)
demo-invented-name = Invented reader { $number }
demo-invented-mailing = Invented mailing { $number }
demo-invented-text = This mailing was invented for the demo, so that its statistics have a year to show.
demo-invented-consent = Invented for the demo
demo-console = Console
demo-console-title = And the editor?
demo-console-text = Publish a post, then open the console: see what leaves next, send it to the 300 invented readers and yourself, take it back within a minute or watch it leave.
demo-console-open = Open the console as the editor
demo-archive = Archive
demo-archive-title = And whoever comes later?
demo-archive-text = The archive of this newsletter is public: every mailing, the invented ones too, has a page that anybody can read, search and follow by a feed. In a newsletter of your own it is off until you open it.
demo-archive-open = Open the archive
demo-slots-title = What became of each mailing
demo-slots-none = No mailing has taken place yet.
demo-slots-why = Every planned mailing leaves a record: sent, or not sent and why.
demo-slot-sent = { $count ->
    [one] Sent to one address: “{ $subject }”.
   *[other] Sent to { $count } addresses: “{ $subject }”.
 }
demo-slot-waiting = Ready, but not sent yet: “{ $subject }”. The console says what it waits for.
demo-slot-skipped = Not sent: { $reason }.
demo-real-title = Nothing is simulated
demo-real-text = The feed is read over HTTP, mails travel over SMTP, and the delivery ledger is on disk. Only the blog and the mailbox are stage props.
demo-kept = Everything is kept in { $folder }.
demo-not-kept = Ctrl-C stops the demo and removes everything. With --keep FOLDER, everything is kept for the next time.
demo-foot = The demo of Facteur. Only this machine can reach it.

demo-blog-tagline = News of a bread oven and of the people who relit it
demo-blog-foot = A sample blog, in French: the village, the oven and the dog are invented.
demo-feed = RSS feed
demo-all-posts = All posts
demo-publish-title = The author’s desk
demo-publish-lead = Posts that are ready to go. Publish one: it appears on the blog and in its RSS feed.
demo-publish = Publish
demo-publish-this = Publish “{ $title }”
demo-publish-empty = The title or the text is missing.
demo-publish-long = At most 150 characters for the title and 10,000 for the text.
demo-published = Published. Facteur has read the feed: this post will be sent on { $slot }.
demo-drafts-none = All the prepared posts are published. Write your own!
demo-own-title = Write your own
demo-own-heading = Title
demo-own-text = Text
demo-own-hint = In Markdown, if you like: **bold**, *italic*, lists.
demo-embed-title = Get the next post
demo-embed-lead = Every Monday morning, if there is anything new. You only need an address, and you can leave with one click.
demo-embed-label = Your email address
demo-embed-button = Subscribe
demo-embed-note = An ordinary HTML form pasted into the blog’s page, without JavaScript.

demo-mailbox-lead = Every mail that Facteur handed to the demo’s SMTP server, whoever it is for.
demo-mailbox-empty = The mailbox is empty.
demo-mailbox-empty-next = The first mail will arrive as soon as you have subscribed.
demo-mail-to = to { $address }
demo-mail-from = From
demo-mail-for = To
demo-mail-at = Received
demo-mail-views = Views of the mail
demo-show-html = Mail
demo-show-phone = Phone
demo-show-text = Text
demo-show-headers = Headers
demo-show-check = Check
demo-show-raw = Source
demo-check-good = No complaints: this mail follows every rule.
demo-check-found = The check found:
demo-check-what = The same check runs on every mail in every test of Facteur: structure, headers, unsubscribe links, line length, size. On the command line: facteur mail lint FILE.
demo-welcome = Facteur, the demo. No mail leaves this machine.
    {""}
      Start here       { $url }/demo
      Sign-up page     { $url }/n/carnet
      Sample blog      { $url }/demo/blog
      Mailbox          { $url }/demo/mail
    {""}
    To try: subscribe, open the confirmation, publish a post,
    advance the clock to Monday 8:00, read the digest, leave and come back.
    The bar at the top of each page guides you.
    {""}
    Ctrl-C stops everything.
demo-goodbye = The demo has ended.

## Reasons: why a digest was skipped, paused, cancelled or kept waiting (part of a line, no full stop)
reason-no-new-post = no new post
reason-schedule-paused = paused
reason-skipped-by-editor = skipped by an editor
reason-nobody-subscribed = nobody subscribed
reason-too-late = too late
reason-caught-up = caught up with the next
reason-posts-vanished = its posts vanished from the feed
reason-posts-taken-back = its posts were taken back
reason-unless-stopped = leaves at its time unless an editor stops it
reason-sent-by-editor = sent by an editor, who may still take it back
reason-planned-by-editor = planned by an editor for its hour, and may still be taken back
reason-approved-by-editor = approved by an editor, who may still take it back
reason-stopped-by-editor = stopped by an editor before it left
reason-paused-by-editor = by an editor
reason-cancelled-by-editor = cancelled by an editor
reason-sender-refused = the mail server refuses the sender: { $words }
reason-mails-refused = the mail server refuses one mail after the other: { $words }
reason-addresses-unknown = the mail server calls one address after the other unknown: { $words }; nobody was marked. Resume it, and they are tried again later; or say that they are dead
reason-test-mode = test mode: only the editor got it
reason-newsletter-deleted = the newsletter was deleted
reason-bounces-reported = { $count } mails of it came back because their addresses do not exist: the rest waits for your word
reason-complaints-reported = { $count } readers reported it as unwanted: the rest waits for your word
reason-held = held: this database may be a copy, or older than what was sent (`facteur resume`)
reason-not-rendered = the mail could not be rendered: { $words }; correct this and approve the digest
reason-not-green = waits for the doctor to find no fault (`facteur doctor`), or for an editor’s word, as it is the first to so many people
reason-mails-unreadable = the mails of it cannot be read: { $words }
reason-signing-key-unusable = its mails cannot be signed (DKIM): { $words }. Put the key file back, or end the key (`facteur dkim retire`), then resume the digest
reason-database-older = this database is older than what was last seen of it: a backup was put back, or a server was promoted that lagged behind
reason-database-copied = this database is a copy, or was moved: it is not where it was last sent from
reason-database-moved = this database has another history than when it was last sent from (promoted, or recovered to a point in time), and no file of this machine vouches that nothing is missing
reason-database-strange = this database is reached under another address than ever before, nobody else sends from it, and this machine does not know it: it may be a copy of the disk of another server
reason-database-unknown = the file that stood beside this database is missing, so nothing tells whether it is a copy
reason-database-other = this database is not the one that was last sent from here
reason-database-forgot = this database went back further in time than this process remembers
reason-digest-forgotten = this database went back to before a digest that was being sent; the same posts would go out again, also to those who have them
reason-held-by-operator = an operator said `facteur hold`

## States of a digest
digest-state-waiting = waiting
digest-state-releasing = releasing
digest-state-sending = sending
digest-state-paused = paused
digest-state-finished = finished
digest-state-skipped = skipped
digest-state-cancelled = cancelled

## What a digest refuses (part of a line, no full stop)
error-digest-unknown = there is no digest of this id
error-digest-gone = the digest is gone
error-digest-schedule-gone = the schedule is gone
error-digest-newsletter-gone = the digest’s newsletter is gone
error-digest-no-new-post = there is no new post to send
error-digest-posts-rest = there is no new post to send: { $count ->
    [one] 1 post is still in its waiting period, ready in { $seconds } s
   *[other] { $count } posts are still in their waiting period; the first is ready in { $seconds } s
 }
error-digest-digest-waits = there is no new post to send; digest { $id } waits for approval
error-digest-posts-rest-and-digest-waits = there is no new post to send: { $count ->
    [one] 1 post is still in its waiting period, ready in { $seconds } s
   *[other] { $count } posts are still in their waiting period; the first is ready in { $seconds } s
 }; digest { $id } waits for approval
error-digest-posts-taken-back = there is no new post to send in digest { $id }: its posts were taken back; skip it
error-digest-test-mode = the newsletter { $slug } is in test mode: nothing goes to its readers before it goes live
error-digest-deleted = the newsletter { $slug } was deleted; for three days it can be brought back
error-digest-on-its-way = digest { $id } is on its way to the readers: wait until it has ended, or cancel it, then switch to test mode
error-digest-pause-ended = that day has come already: a pause ends on a later one
error-digest-nobody-subscribed = nobody would get it: no confirmed subscriber is on this rhythm
error-digest-wrong-state = digest { $id } is { $state }: { $rule }
error-digest-held = held: { $why }. If this database should send, and no other does, whoever runs this machine lets it send again
error-digest-not-rendered = the mail could not be rendered: { $words }; the digest waits: correct this and approve it
error-digest-not-green = it would be the first mailing to so many people, and the doctor has found a fault or has not looked yet: `facteur doctor` looks, and `facteur doctor NEWSLETTER --waive` lets it go all the same
error-digest-too-many-tests = a test goes to { $most } addresses at most
error-digest-no-address = { $why }
rule-digest-approve = only a digest that waits can be approved
rule-digest-take-back = only a digest that has not left yet can be taken back
rule-digest-skip = only a digest that waits can be skipped
rule-digest-pause = only a digest that is being sent can be paused
rule-digest-resume = only a paused digest can be resumed
rule-digest-cancel = only a digest that is being sent can be cancelled
rule-digest-edit-on-its-way = it leaves as it is in a moment; take it back, then edit it
rule-digest-retry = only a digest that has been sent can be retried
rule-digest-settle = only a digest that has been sent can have mails in doubt
rule-digest-withdraw = only the page of a digest that has been sent can be withdrawn
error-digest-blocked = it cannot be sent like this: { $checks }
error-digest-says-nothing = digest { $id } says nothing: its slot was skipped
error-digest-went-out = digest { $id } went out, in part at least: a second one would reach people twice. Only a digest that was skipped, or cancelled before its first mail left, can be duplicated
error-digest-nothing-left = none of the posts of digest { $id } can be sent with a second one: they wait for the next, or went out with another
rule-digest-edit = only a digest that waits and is not frozen can be edited

## What cannot stand in a newsletter's settings (part of a line, no full stop)
wrong-setting-slug = `{ $slug }` is not valid in an address: use 1 to 63 of the characters a-z, 0-9 and `-`
wrong-setting-no-name = the newsletter needs a name
wrong-setting-no-sender = the newsletter needs a sender: a name and an address, such as Le carnet <carnet@example.org>
wrong-setting-no-language = the newsletter needs a language: one of { $known }
wrong-setting-language = there are no texts in `{ $tag }` yet: one of { $known }
wrong-setting-lines = must stand on one line
wrong-setting-long = longer than { $most } characters
wrong-setting-control = holds a control character
wrong-setting-mailbox = `{ $typed }` is no address: write `Name <name@example.org>` or `name@example.org`
wrong-setting-address = `{ $typed }` is no address
wrong-setting-domain = `{ $domain }` is no domain
wrong-setting-no-dot = `{ $typed }`: the ending after the @ is missing, such as .org
wrong-setting-web-address = `{ $typed }` is no web address: it must start with https:// or http://
wrong-setting-picture-address = `{ $typed }` is no address of a picture for mails: it must start with https://
wrong-setting-colour = `{ $typed }` is no colour: write it as #1d4e89
wrong-setting-zone = `{ $typed }` is no time zone: use an IANA name such as `Europe/Paris`
wrong-setting-time = `{ $typed }` is no time of day: write it as 08:00
wrong-setting-no-hour = a digest for each post has no time of day: it is sent after the post's waiting period
wrong-setting-no-veto = a digest for each post has no date, so there is no hour before it in which to stop it: let it be sent by itself, or wait for an editor
wrong-setting-no-days = days do not go with “every { $every }”: only a week or a month has days to choose
wrong-setting-no-weekday = choose one day of the week at least
wrong-setting-month-day = `{ $typed }` is not a day of a month: use a number from 1 to 31, `last`, `2 tuesday` (1 to 4) or `last friday`
wrong-setting-weekday = `{ $typed }` is not a weekday: use monday, tuesday, … or sunday
wrong-setting-taken = there is already a newsletter “{ $slug }”: choose another short name, or change that one
wrong-setting-schedule-in-use = { $count ->
    [one] one person is on this schedule: move them to another one first
   *[other] { $count } people are on this schedule: move them to another one first
}
wrong-setting-chosen-schedule = { $count ->
    [one] one person chose this rhythm: it may not write to them more often. Add another one instead
   *[other] { $count } people chose this rhythm: it may not write to them more often. Add another one instead
}
wrong-setting-default-schedule = new subscribers are on this schedule: make another one the default first
wrong-setting-schedule-gone = this schedule was removed meanwhile
wrong-setting-topic-name = a topic needs a name that readers see
wrong-setting-topic-taken = there is a topic “{ $name }” already: choose another name, or change that one
wrong-setting-no-topic = there is no topic “{ $name }”
wrong-setting-topic-gone = this topic was removed meanwhile
wrong-setting-topics-full = a newsletter has { $most } topics at most: remove one first
wrong-setting-welcome-posts = a welcome leads to { $most } posts at most
wrong-setting-welcome-no-post = choose one post at least, or have the welcome bring something else
wrong-setting-no-post = the newsletter has no post of number { $id }, or it has vanished
wrong-setting-stay-months = readers can be asked after { $least } to { $most } months
wrong-setting-stay-days = readers can have { $least } to { $most } days to answer
wrong-setting-topics-used-up = this newsletter has had { $most } topics, removed ones among them, and readers’ choices have room for no more: rename one instead
wrong-setting-categories = one topic takes { $most } categories at most
wrong-setting-only-schedule = a newsletter needs one schedule at least: change this one, or pause it
wrong-setting-no-schedule = the newsletter has { $count ->
    [one] 1 schedule
   *[other] { $count } schedules
 }; there is no number { $number }. `--schedule new` adds one

## Why a reader’s choice cannot be
refused-choice-rhythm-not-offered = this rhythm is not offered any more: choose one of those shown
refused-choice-rhythm-chosen = they chose their rhythm themselves: only they may have themselves written to more often
refused-choice-no-such-topic = one of these topics is not there any more: choose among those shown
refused-choice-no-topic = choose one topic at least. If you want nothing for a while, pause
refused-choice-too-many-topics = these are more topics than there are
refused-choice-pause-ended = a pause ends on a day to come
refused-choice-pause-too-long = a pause lasts a year at most
refused-choice-not-subscribed = this address is not subscribed (any more)
refused-choice-changed-meanwhile = your settings have changed since this page was opened: nothing was saved, and the page shows how they are now

## The same at a terminal: the flag or the command that mends it (stands in parentheses)
cli-wrong-setting-no-name = --name "Le carnet"
cli-wrong-setting-no-sender = --from "Le carnet <carnet@example.org>"
cli-wrong-setting-no-veto = --approval auto, or --approval hold
cli-wrong-setting-no-weekday = --on monday,thursday
cli-wrong-setting-taken = facteur newsletter set { $slug } …
cli-error-digest-test-mode = facteur newsletter live { $slug }
cli-error-digest-deleted = facteur newsletter restore { $slug }
cli-error-digest-held = facteur resume

## What cannot stand in a post (part of a line, no full stop)
wrong-post-no-title = the title is empty; a post needs one
wrong-post-long = longer than { $most } characters
wrong-post-two-texts = give html or markdown, not both
wrong-post-large = the text is larger than { $most } bytes
wrong-post-web-address = `{ $given }` is not a web address such as https://blog.example/post

## What is wrong with a draft or a picture (part of a line, no full stop)
wrong-draft-title = the title has more than { $most } characters; shorten it
wrong-draft-body = the text has more than { $most } KB; divide it into several
wrong-picture-no-file = no picture was chosen; choose a file
wrong-picture-too-large = the file has more than { $most } MB; choose a smaller one
wrong-picture-no-picture = the file is no PNG, JPEG, WebP or GIF picture; choose another one
wrong-picture-broken = the file begins like a picture, but cannot be read to its end; save it anew with a picture program
wrong-picture-too-many-pixels = the picture has more than { $most } million pixels; make it smaller first
wrong-picture-no-alt = say in a few words what the picture shows, or tick that it is decoration

## What is shown of a digest, a subscriber, a post, a feed: labels
label-digest = digest
label-state = state
label-reason = reason
label-note = note
label-slot = slot
label-leaves = leaves
label-subject = subject
label-part = part
label-post = post
label-released = released
label-finished = finished
label-recipients = recipients
label-accepted = accepted
label-queued = queued
label-started = started
label-later = later
label-refused = refused
label-skipped = skipped
label-doubt = in doubt
label-maybe-twice = maybe twice
label-server = the server
label-next-attempt = next attempt
label-stands = it stands
label-left = left
label-departures = departed
label-newsletter = newsletter
label-name = name
label-language = language
label-rhythm = rhythm
label-topics = topics
label-paused-until = paused
label-asked = asked
label-confirmed = confirmed
label-ended = ended
label-contact = contact
label-asked-to-stay = stay asked
heading-consent = Consent
heading-letters = Letters
heading-digests = Digests

## What is shown of a digest
digest-which = { $id } of { $newsletter }, schedule { $number }
digest-left = { $seconds } s at { $rate } a second
digest-note-feed-unread = a feed could not be read before composing: { $feed }: { $error }
digest-note-feeds-late = a feed could not be read before composing: the feeds took longer than { $seconds } s
digest-note-feeds-failed = a feed could not be read before composing: { $error }
digest-note-posts-vanished = { $count ->
    [one] one post that waited vanished from its feed and is not in it
   *[other] { $count } posts that waited vanished from their feeds and are not in it
 }
digest-note-topic-sets = readers chose { $count } different sets of topics, and there are mails for { $most }: the others got the nearest larger one
notes-joined = { $first }; { $second }
digest-doubt = sent, but no answer came
digest-unknown-how = `facteur digest resume { $newsletter } { $id }` tries them later; with --accept-bounces it says that they are dead
digest-doubt-again = `facteur digest retry { $newsletter } { $id } --doubtful` sends them again: some may arrive twice
digest-doubt-settle = `facteur digest settle { $newsletter } { $id }` treats them as accepted: some may never have arrived
digest-line-left = left { $date }
progress-of = { $done } of { $all }
progress-accepted = { $count } accepted
progress-later = { $count } later
progress-refused = { $count } refused
progress-skipped = { $count } skipped
progress-doubt = { $count } in doubt
progress-left = { $span } left
span-seconds = { $count ->
    [one] { $count } second
   *[other] { $count } seconds
 }
span-minutes = { $count ->
    [one] { $count } minute
   *[other] { $count } minutes
 }
span-hours = { $count ->
    [one] { $count } hour
   *[other] { $count } hours
 }
span-days = { $count ->
    [one] { $count } day
   *[other] { $count } days
 }

## What became of a mail to one person, and why
row-state-queued = queued
row-state-started = started
row-state-accepted = accepted
row-state-refused = refused
row-state-deferred = deferred
row-state-skipped = skipped
row-state-uncertain = in doubt
row-state-planned = planned
rhythm-is-default = for new subscribers
rhythm-is-offered = readers may choose it
rhythm-is-not-offered = readers cannot choose it
rhythm-people = people: { $people }, by their own choice: { $chosen }
topic-readers = { $count ->
    [one] { $count } reader chose it
   *[other] { $count } readers chose it
}
outcome-left = left
outcome-suppressed = suppressed
outcome-cancelled = cancelled
outcome-erased = erased
outcome-topics = none of their topics
outcome-had = had it already
outcome-paused = paused
outcome-address = address
outcome-unknown = unknown
outcome-policy = policy
outcome-content = content
outcome-expired = expired
outcome-render = render
outcome-smtputf8 = smtputf8
outcome-doubt = in doubt
outcome-deferred = deferred

## What is shown of a subscriber
subscriber-status-pending = pending
subscriber-status-confirmed = confirmed
subscriber-status-paused = paused
subscriber-status-unsubscribed = unsubscribed
subscriber-status-bounced = bounced
subscriber-status-complained = complained
consent-kind-asked = asked
consent-kind-confirmed = confirmed
consent-kind-imported = imported
consent-kind-added = added
consent-kind-left = left
consent-kind-undone = undone
consent-kind-moved = moved
consent-kind-stayed = stayed
consent-text = “{ $text }” ({ $language }, version { $version })
proof-link = by the link, before: { $from }
proof-owner = by the team, before: { $from }
proof-new-address = new address
proof-settings = by their settings
proof-asked-by-letter = asked by letter
letter-kind-confirm = confirm
letter-planned-test = waits for the newsletter to go live
letter-planned-due = leaves within a minute
letter-planned-limit = not before { $date }, held back by the limits for sign-ups
letter-kind-already = already
letter-kind-change = new address
letter-kind-link = link
letter-kind-moving = other address
letter-kind-welcome = welcome
letter-kind-stay = staying
letter-kind-notice = notice
letter-kind-test = test
letter-kind-invitation = invitation
letter-kind-password_reset = new password
letter-kind-new_way = new way in

## What is shown of a post
post-state-new = new
post-state-taken = in a digest
post-state-next = in the next digest
post-state-held = held
post-state-seen = seen
post-state-skipped = skipped
post-state-gone = gone
post-reason-too-many = many new posts at once
post-reason-all-new = all of its feed is new: was the blog moved or rebuilt?
post-reason-too-old = an old post
post-reason-feed-removed = its feed was removed
post-reason-vanished = not in its feed any more
post-reason-editor = by an editor
post-reason-protected = behind a password
post-reason-bare-file = a file beside a post

## What is shown of a feed
feed-unread = not read yet
feed-read = read { $at }
feed-next-try = next try { $at }
feed-fails = cannot be read ({ $count ->
    [one] 1 time
   *[other] { $count } times
 }): { $error }
feed-fails-since = cannot be read since { $since } ({ $count ->
    [one] 1 time
   *[other] { $count } times
 }): { $error }
feed-moves = moved to { $to } since { $since }; Facteur follows after seven days
feed-moves-to-others = moved to { $to }, which has other posts: Facteur keeps the present address
feed-moved = moved here from { $from } on { $at }
feed-gap = held none of its former posts on { $at }: posts may have been missed

## Why a feed cannot be read (part of a line, no full stop)
feed-trouble-scheme = only http and https can be read, not `{ $scheme }:`
feed-trouble-credentials = an address with a user name or password in it is refused; the feed must be public
feed-trouble-port = port { $port } is refused, only 80 and 443 are allowed. To allow it, whoever runs this machine writes under [feeds] in the configuration: allow_hosts = ["{ $allow }"]
feed-trouble-private = { $host } is a private or special address, which is not read. To allow it, whoever runs this machine writes under [feeds] in the configuration: allow_hosts = ["{ $allow }"]
feed-trouble-no-host = the address names no host
feed-trouble-no-address = its address cannot be read: { $words }
feed-trouble-gone = the server says that this feed is gone for good (410); remove it or give its new address
feed-trouble-status = the server answered { $status }{ $said }{ $hint }
feed-trouble-redirect-nowhere = the server answered { $status } without a new address
feed-trouble-redirect-no-address = the server redirects to `{ $location }`, which is not a web address
feed-trouble-redirects = more than { $most } redirects
feed-trouble-too-large = the feed is larger than { $most } bytes ([feeds] max_bytes)
feed-trouble-unpacked = the feed is too large: more than { $most } bytes
feed-trouble-timeout = no complete answer within { $seconds } s ([feeds] timeout_s)
feed-trouble-unreachable = cannot be reached: { $words }
feed-trouble-unasked = the server answered 304 (not modified) to a request without conditions; its cache may be broken
feed-trouble-empty = the body is empty
feed-trouble-login-page = this is a page to log in, not a feed: the feed must be open to everybody{ $said }
feed-trouble-login-page-at = this is a page to log in, not a feed: the feed must be open to everybody{ $said }; the server sent us to { $at }
feed-trouble-maintenance-page = this is a web page, not a feed: the blog is in maintenance or under construction{ $said }
feed-trouble-robots-page = this is a web page, not a feed: a gate that lets only browsers through; let Facteur pass there{ $said }
feed-trouble-fault-page = this is a web page, not a feed: the blog itself reports a fault{ $said }
feed-trouble-web-page = this is a web page, not a feed{ $said }
feed-trouble-web-page-of = this is a web page, not a feed{ $said }; the feed that it names is { $feed }
feed-trouble-names-no-address = the page links to `{ $named }` as its feed, which is not a web address
feed-trouble-gzip = this is no feed: neither RSS nor Atom nor JSON Feed (gzip: { $words })
feed-trouble-json = this is no feed: neither RSS nor Atom nor JSON Feed (JSON: { $words })
feed-trouble-other-json = this is no feed: neither RSS nor Atom nor JSON Feed (JSON, but not a JSON Feed)
feed-trouble-no-element = this is no feed: neither RSS nor Atom nor JSON Feed (it has no XML element; it begins “{ $words }”)
feed-trouble-other-xml = this is no feed: neither RSS nor Atom nor JSON Feed (its first element is <{ $element }>; it says “{ $words }”)
feed-trouble-in-front = there is other text in front of the feed, which was skipped: “{ $words }”
feed-trouble-cut-before = the feed breaks off before its first post{ $said }
feed-trouble-cut-within = the feed breaks off in the middle; the posts that were cut off are left out{ $said }
status-hint-closed = ; the feed must be open to everybody, without a password
status-hint-kept-out = ; the blog refuses Facteur: perhaps a page to log in, or a firewall that lets only browsers through
status-hint-not-there = ; there is no feed at this address. Give the blog’s own address, and the feed that it links to is found
status-hint-too-often = ; it got too many requests
status-hint-failed = ; the blog has an internal error
status-hint-overloaded = ; the blog is down for maintenance or overloaded
status-hint-none = { "" }
quote-said = { " " }(it says “{ $words }”)
quote-by-blog = : the blog's program says “{ $words }”
feed-add-unread = { $error }. --unread adds a feed without reading it

## What the owner of a feed should know (part of a line, no full stop)
feed-warning = Warning: { $words }.
entries-only = its only entry has
entries-all = all { $all } entries have
entries-some = { $count ->
    [one] 1 of { $all } entries has
   *[other] { $count } of { $all } entries have
 }
advice-moved = its server says that the feed has moved for good to { $to }
advice-in-front = { $odd }
advice-cut = { $odd }
advice-comments = its title suggests a feed of comments, not of posts
advice-empty = it has no entry: the blog has no post yet, or this is the wrong one of its feeds
advice-encoded-twice = its letters were encoded twice (“Ã©” for “é”): the blog's database or its feed must be repaired
advice-same-id = { $count } different entries share one id (guid), so the id identifies none of them
advice-one-date = all { $count } entries have the same date, probably that of the build: it does not tell new posts from old ones
advice-no-ids = { $which } no id (guid): when both title and address of a post change, it counts as a new post
advice-relative-ids = { $which } an id that is a relative address; an id should be unique in the world
advice-no-links = { $which } no link to the post on the web
advice-no-dates = { $which } no date that can be read: Facteur uses the day of the first reading
advice-future = { $which } a date in the future
advice-no-titles = { $which } a title such as “No title”; a mail needs a subject
advice-protected = { $which } a password: such a post is held until everybody can read it
advice-files = { $which } only a file and no text: such an entry is left out
advice-excerpts = its entries seem to hold only excerpts, so mails will not have whole posts (WordPress: Settings, Reading, “For each post in a feed, include: Full text”)
advice-few = it shows only { $count } entries: if more posts are published between two readings, Facteur misses some

## `facteur dkim` and `facteur doctor`
dkim-why-no-domain = `{ $typed }` is not a domain such as example.org
dkim-why-no-selector = `{ $typed }` is not a selector: letters, digits and hyphens, { $most } at most
dkim-why-many-keys = { $domain } has 25 keys of this day; name a selector
dkim-why-taken = { $domain } has or had a key with the selector `{ $selector }`; choose another
dkim-why-no-such-key = { $domain } has no key with the selector `{ $selector }`; `facteur dkim list` shows all
dkim-why-none-waits = no key of { $domain } waits for a step; `facteur dkim new { $domain }` makes one
dkim-why-signs = `{ $selector }` signs the mails of { $domain } already
dkim-why-has-signed = `{ $selector }` has signed for { $domain } before and does not again
dkim-why-needed = `{ $selector }` signs the mails of { $domain }: make another key first (`facteur dkim new { $domain }`) and advance it, or say --now to send without a signature
dkim-why-on-their-way = mails that `{ $selector }` signed may still be on their way: leave its records in DNS until { $until }, then retire it (--now if its private key is in strange hands)
dkim-why-just-taken = another command has just taken this step; `facteur dkim list` shows it
dkim-record-missing = DNS has no record there
dkim-record-several = DNS has { $count } records there; there must be one
dkim-record-other = DNS has another record there: { $text }
dkim-record-key = DNS has another key there
dkim-record-withdrawn = DNS says that this key was withdrawn (p= is empty)
cli-dkim-not-seen = { $name }: { $wrong }; it must say { $text }
cli-dkim-no-answer = { $why }: look yourself (dig TXT NAME), then say --seen
cli-dkim-ended = The key `{ $selector }` of { $domain } has ended; its private part is deleted.
    Remove from DNS: { $names }
cli-dkim-file = The private keys are in { $file }.
cli-dkim-next = Put these records into DNS, then run `facteur dkim advance { $domain }`.
cli-dkim-seen = DNS has the records of `{ $selector }`. `facteur dkim advance { $domain }` lets it sign the mails of { $domain }.
cli-dkim-signs = `{ $selector }` signs the mails of { $domain } that are released or asked for from now on. Leave the records of a key that signed before in DNS for 7 days; `facteur dkim list` says when it can go.
cli-dkim-list-empty = There is no key yet. `facteur dkim new DOMAIN` makes one.
cli-dkim-unsigned = not signed: newsletter `{ $slug }`, from { $from }: no key signs for its domain
cli-dkim-cannot = CANNOT SIGN: { $error }
cli-dkim-none = { $domain } has no such key; `facteur dkim new { $domain }` makes one
cli-dkim-state-publish = waits for its records in DNS (`facteur dkim show`)
cli-dkim-state-seen = DNS has its records; it can sign (`facteur dkim advance`)
cli-dkim-state-sign = signs since { $when }
cli-dkim-state-can-go = has signed; it can go (`facteur dkim retire`)
cli-dkim-state-retiring = has signed; leave it in DNS until { $when }
cli-dkim-state-retired = ended { $when }
cli-doctor-none = there is no newsletter yet; `facteur doctor --domain DOMAIN` looks at a domain
cli-doctor-waived = The first digest of `{ $slug }` goes whatever the doctor finds.
cli-loop-no-address = what follows --loop must be the address of a mailbox
cli-loop-which = there are several newsletters; say which one: `facteur doctor NEWSLETTER --loop ADDRESS`
cli-loop-asked = The mail is queued; `facteur serve` sends it. Facteur waits { $seconds } s at most for it to come back.
cli-loop-left = The mail server has accepted it; it must come back now.
cli-loop-refused = the mail does not leave: { $words }
cli-loop-not-left = the mail has not left within { $seconds } s: look whether `facteur serve` runs, and what it says of the mail server; the mail stays queued
cli-loop-not-back = the mail has left and has not come back within { $seconds } s. Where the mailbox forwards nothing to an address that Facteur takes mail at, save the mail there with all its header fields and have it read: `facteur doctor --loop ADDRESS --read FILE`

## What breaks a rule of mails (`facteur mail lint`; part of a line, no full stop)
lint-no-mail = this is not a mail: no header could be read
lint-not-once = { $name } stands { $count } times, not once
lint-repeated = { $name } stands { $count } times
lint-foreign = { $name } must not stand in a mail of ours
lint-nameless-field = a header line without a name
lint-part-fields = part { $part }: Content-Type × { $types }, Content-Transfer-Encoding × { $encodings }; each must stand once
lint-date-form = Date `{ $date }` is not in the form of RFC 5322 with a numeric zone
lint-message-id = Message-ID is not `<opaque@domain-of-From>`
lint-senders = From must name one mailbox
lint-free-mail = From is an address of a free mail provider: most receivers will refuse or hide it
lint-recipients = To must name one recipient
lint-address-not-ascii = { $name } has an address that is not ASCII; its domain belongs here as an A-label
lint-envelope-sender = the envelope sender is empty, not ASCII or too long
lint-other-recipient = `To` is not the recipient of the envelope
lint-not-generated = a mail that is not to a list must say `Auto-Submitted: auto-generated`
lint-precedence = a letter must not say `Precedence`
lint-smuggled = { $name } hides a CR, LF or NUL
lint-leave-form = List-Unsubscribe is missing, or has an address without angle brackets
lint-leave-count = List-Unsubscribe must have one web address; it has { $count }
lint-leave-without-token = List-Unsubscribe has no token
lint-leave-not-https = List-Unsubscribe has no https address
lint-not-one-click = List-Unsubscribe-Post is not `List-Unsubscribe=One-Click`
lint-list-id = List-Id is not `Name <list.domain>`
lint-list-post = List-Post is not `NO`: nobody can write to this list
lint-no-contact = neither List-Help nor List-Owner says whom to write to
lint-no-feedback-id = no Feedback-ID
lint-feedback-id-form = Feedback-ID is not `issue:list:kind:sender`, or holds an address
lint-complaints-elsewhere = CFBL-Address is not in From's domain or below it
lint-complaints-unsigned = CFBL-Address is covered by no DKIM signature
lint-no-own-signature = no DKIM signature is in the name of From's domain, so DMARC does not count any
lint-leave-unsigned = no DKIM signature covers List-Unsubscribe and List-Unsubscribe-Post (RFC 8058 section 4)
lint-uncovered = a DKIM signature does not cover { $names }
lint-from-once = a DKIM signature does not list From once more than it stands: a second From could be added
lint-length-tag = a DKIM signature has l=: anything could be added to the mail
lint-not-relaxed = a DKIM signature is not c=relaxed/relaxed: it breaks where a server folds a line anew
lint-no-time = a DKIM signature has no t=
lint-short-key = an RSA key of { $bits } bits; 2048 are needed
lint-algorithm = a DKIM signature with a={ $name }, which receivers do not take
lint-no-rsa = no DKIM signature by an RSA key: many receivers know no other kind
lint-no-not-me = a confirmation without “this was not me”
lint-links-elsewhere = a confirmation links elsewhere: `{ $words }`
lint-parts = the mail must be a multipart/alternative of two parts; parts found: { $count }
lint-not-alternative = not a multipart/alternative of text/plain and then text/html
lint-charset = a part in `{ $charset }` or wrongly encoded, not in UTF-8
lint-part-empty = a part is empty
lint-text-lacks-link = the text part lacks the link of `{ $words }`
lint-text-lacks-leave = the text part lacks the unsubscribe link
lint-line-long = line { $line } has { $bytes } bytes, more than { $most }
lint-unfolded = header line { $line } has { $bytes } bytes and could be folded
lint-encoded-word-long = an encoded word of { $bytes } bytes in header line { $line }
lint-quoted-line = a quoted-printable line of { $bytes } bytes
lint-no-final-break = the message does not end with CRLF
lint-bare-break = a bare CR, LF or NUL at byte { $at }
lint-not-ascii = a byte that is not ASCII at byte { $at }
lint-dot-first = line { $line } starts with a dot
lint-too-large = the message has { $bytes } bytes, more than { $most }
lint-attachment = an attachment
lint-clipped = the encoded HTML has { $bytes } bytes; Gmail clips from about 102,000
lint-leave-places = the unsubscribe link does not stand at the top and at the end
lint-no-preheader = no preheader: lists of mails show what stands first in the mail
lint-preheader-length = characters of the preheader: { $count }; 40 to 110 are shown well
lint-preheader-is-subject = the preheader says the subject again
lint-forbidden = <{ $element }>
lint-active = <{ $element } { $attribute }> can run or embed something
lint-style-loads = a style with `{ $what }`
lint-picture-not-https = a picture that does not come over https: `{ $address }`
lint-no-target = the link of `{ $words }` is not an address
lint-token-over-http = a link with a token goes over http
lint-over-http = the link of `{ $words }` goes over http
lint-scheme = the link of `{ $words }` is `{ $scheme }:`
lint-shortened = the link of `{ $words }` hides behind { $host }
lint-other-target = a link shows { $shown } and goes to { $host }
lint-beacon = a picture that is tiny, hidden or made for one recipient
lint-address-in-header = the recipient's address stands in a header
lint-address-in-text = the recipient's address stands in the text part
lint-address-in-html = the recipient's address stands in the HTML part
lint-sender-unnamed = the sender's name does not stand in both parts
lint-no-mailbox = no address to write to stands in the mail
lint-no-sign-up = no line says since when the reader is subscribed
lint-sign-up-in-text-alone = the HTML part does not say since when the reader is subscribed, the text part does
lint-header-not-ascii = a header is not ASCII, at byte { $at }
lint-bare-break-in-header = a bare CR, LF or NUL in the header, at byte { $at }

## What is wrong with an operator’s rules for refusals (part of a line, no full stop)
wrong-rules-unreadable = { $error }
wrong-rules-too-large = it has { $bytes } bytes; at most { $most } are read
wrong-rules-no-table = { $what }
wrong-rules-class = rule { $rule }: class = "{ $class }"; it must be lower-case letters, digits and hyphens
wrong-rules-enhanced = rule { $rule }: enhanced holds "{ $text }"; it must be like "5.1.1", "x.2.2", "5.7.x" or "none"
wrong-rules-code = rule { $rule }: code holds { $code }; a refusal is 400 to 599
wrong-rules-phrase = rule { $rule }: a phrase of words has fewer than 3 characters, and would fit almost anything
wrong-rules-no-condition = rule { $rule }: it has no condition; give enhanced, code or words
wrong-rules-too-many = its words are too many: { $error }

## Web hooks of providers (part of a line, no full stop)
hook-waiting = nothing has come yet
hook-works = works
hook-refuses = refuses what comes
hook-off = not set up any more
hook-last-event = last event { $at }
hook-last-refused = last refused { $at }: { $why }
hook-why-proven = it is proven
hook-why-unchecked = its proof was not checked: the hook is not set up here, or its provider signs nothing that could be checked here
hook-why-unsigned = it bore no signature
hook-why-forged = its signature did not fit the key
hook-why-stale = its time was too far from the time here
hook-why-login = wrong user or password
hook-why-key = the key in key_file cannot be read
hook-why-origin = it came from another topic, or its certificate from another place
hook-why-unreadable = its content could not be understood
cli-hooks-none = No web hook is set up; [bounces.hooks.PROVIDER] in the configuration sets one up.
cli-hook-no-provider = there is no provider `{ $name }`: one of { $known }
cli-hook-unreadable = { $file }: { $why }; give the body as { $name } posted it
cli-hook-no-event = It holds no event.
cli-hook-passed = nothing follows
cli-bounce-list-empty = Nothing waits.

## What cannot stand in a digest (part of a line, no full stop)
wrong-edit-long = longer than { $most } characters: shorten it
wrong-edit-large = too large for a mail once it is laid out: shorten it
wrong-edit-web-address = not the address of a picture on the web, such as https://blog.example/picture.jpg
wrong-edit-no-post = no post is left: keep one at least, or skip the whole digest
wrong-edit-many-posts = a digest holds { $most } posts at most: leave some for the next one
wrong-edit-post-gone = “{ $title }” has gone into another digest or was taken back: leave it out

## What speaks against sending a digest (part of a line, no full stop)
check-nobody = nobody would get it: no confirmed subscriber is on this rhythm
check-not-green = it would be the first mailing to so many people, and the doctor has found a fault or has not looked yet; the page “Doctor” says which, and lets it go all the same
check-empty = it says nothing: no post has a title or a word
check-not-rendered = no mail can be made of it: { $words }
check-no-postal = the footer does not say who publishes the newsletter and where, as the law asks: complete the postal line in the settings
check-rule = the mail breaks rule { $id } of mails: { $what }
check-placeholder = “{ $words }” was still to be filled in
check-bad-link = “{ $address }” in the introduction is no address that a mail can link to: write it in full, with https://
check-placeholder-in-post = “{ $words }” in “{ $title }”: was it still to be filled in?
check-subject-short = { $count ->
    [one] the subject has 1 character: 10 to 78 are read best
   *[other] the subject has { $count } characters: 10 to 78 are read best
 }
check-subject-long = the subject has { $count } characters: programs show some 78
check-no-preheader = nothing stands behind the subject in the list of mails: write a preheader
check-preheader-long = the preheader has { $count } characters: programs show 140 at most
check-size = the mail has { $kilobytes } kB: Gmail cuts it at about 102
check-cut = the post is too long for a mail: its beginning is sent, with a link to the rest
check-lost = “{ $title }” takes { $kilobytes } kB, and the mail has room for { $most }: its end would be in no mail and on no page. Shorten it, or divide it into several
check-lost-beside = “{ $title }” takes { $kilobytes } kB; in a digest with another post there is room for { $most }, and its end would be in no mail and on no page. Shorten it, divide it, or send it as a letter of its own
check-left-out = { $count ->
    [one] 1 post has no room in the mail, which only links to the site for it
   *[other] { $count } posts have no room in the mail, which only links to the site for them
 }
check-pictures-without-alt = { $count ->
    [one] 1 picture has no description: who does not see it learns nothing of it
   *[other] { $count } pictures have no description: who does not see them learns nothing of them
 }
check-alt-is-file = “{ $words }” describes a picture: that is the name of a file
check-pictures-wide = { $count ->
    [one] 1 picture is more than 1200 pixels wide: it is slow to load on a phone
   *[other] { $count } pictures are more than 1200 pixels wide: they are slow to load on a phone
 }
check-picture-format = { $count ->
    [one] 1 picture is { $format }, which Outlook or Gmail do not show: use JPEG or PNG
   *[other] { $count } pictures are { $format }, which Outlook or Gmail do not show: use JPEG or PNG
 }
check-unsigned = no DKIM key signs mails from { $domain }, and receivers do not count those of other domains (`facteur dkim new`)
check-shortener = a link hides behind { $host }: filters mistrust that; use the real address
check-link-words = { $count ->
    [one] a link says only “{ $words }”: say where it leads
   *[other] { $count } links say only “{ $words }”: say where each leads
 }
check-attached = “{ $words }”: mails of Facteur have no attachment; link to the file
check-old-copyright = “© { $year }” is not this year
check-old-post = “{ $title }” is older than the digest before
check-sent-before = a post called “{ $title }” was sent before
check-language = “{ $title }” is in another language ({ $language }) than the newsletter
check-few-words = { $count ->
    [one] there is 1 word to read, the footer included
   *[other] there are { $count } words to read, the footer included
 }
check-many-words = there are { $count } words to read: few will come to the end
check-broken-link = the server says that there is nothing at { $address }
## A newsletter and its schedules, as facts (part of a line, no full stop)
label-deleted = deleted
label-from = from
label-reply-to = reply to
label-site = site
label-description = description
label-postal = postal
label-listed = listed
label-in-preferences = settings
label-logo = logo
label-colour = colour
label-footer = foot
label-archive = archive
label-mode = mails go
label-subscribers = subscribers
label-sign-ups = sign-ups
label-held = held
label-schedule = schedule
label-feed = feed
newsletter-removed-at = removed for good on { $date }
newsletter-held = { $count ->
    [one] 1 person waits for a letter: more signed up than [signup] allows at once. It is sent by itself about { $date }
   *[other] { $count } people wait for their letter: more signed up than [signup] allows at once. They are sent by themselves, the last about { $date }
}
newsletter-held-due = { $count ->
    [one] 1 letter that waited leaves within a minute
   *[other] { $count } letters that waited leave within a minute, as fast as [signup] allows
 }
newsletter-until-live = { $count ->
    [one] 1 letter waits for the newsletter to go live
   *[other] { $count } letters wait for the newsletter to go live
}
newsletter-on-hold = { $why }; no digest is sent until `facteur resume`
newsletter-is-live = The newsletter is live: its mails go to its readers.
newsletter-stays = Nothing was changed (--dry-run).
count-confirmed = { $count } confirmed
listed-yes = yes: the home page shows it
listed-no = no: only people who have its address find it
listed-alone = alone: the home page shows it only while no other newsletter may be shown
in-preferences-yes = yes: readers of the other newsletters can subscribe to it from their settings
in-preferences-no = no: it is not shown there
mode-live = to its readers
mode-test = to its editor only (test mode); `facteur newsletter live` ends that
approval-auto = sent by itself
approval-hold = waits for an editor
approval-veto = leaves unless an editor stops it
schedule-paused = paused
schedule-paused-until = paused until { $date }
schedule-skips = next slot skipped
schedule-next = next { $date }
feed-not-read = not read yet
live-sender-done = Sender: { $detail }
live-sender-open = Sender: { $detail } is an invented address; nobody can answer it
live-postal-done = Postal address: there
live-postal-open = Postal address: missing; the law asks for one at the foot of each mail
live-feed-done = Feed: { $detail } can be read
live-feed-open = Feed: none that can be read yet
live-form-done = Form: somebody signed up through it
live-form-open = Form: nobody has tried it; sign up yourself at { $detail }
live-rhythm-done = Rhythm: { $detail }
live-rhythm-open = Rhythm: paused; nothing will be sent
live-test-done = Test: a test mail was accepted by the mail server
live-test-open = Test: none was sent yet; send one to { $detail } and look at it

## `facteur init`
init-ask-base-url = 1/5  Under which address will readers reach Facteur (such as https://news.example.org)?
init-ask-blog = 2/5  The blog's address (Enter for none yet)?
init-ask-sender = 3/5  Who do the mails come from (Name <address>)?
init-ask-smtp = 4/5  Which mail server sends them (HOST, HOST:PORT or USER@HOST:PORT)?
init-ask-zone = 5/5  In which time zone?
init-ask-blog-again = The blog's address once more (Enter keeps { $kept })?
init-ask-smtp-again = The mail server once more: HOST, HOST:PORT or USER@HOST:PORT (Enter keeps { $kept })?
init-no-base-url = `{ $typed }` is no public address: write it as https://news.example.org
init-no-blog = `{ $typed }` is no web address: write it as https://blog.example.org
init-no-sender = `{ $typed }` is no sender: write `Name <name@example.org>`
init-sender-no-dot = `{ $typed }`: the ending after the @ is missing, such as .org
init-no-server = `{ $typed }` names no mail server: write smtp.example.org, smtp.example.org:465 or user@smtp.example.org:587
init-server-blank = `{ $typed }` holds a blank, and neither the user name nor the mail server may hold one: write smtp.example.org or user@smtp.example.org:587
init-no-zone = `{ $typed }` is no time zone: use an IANA name such as `Europe/Paris`
init-no-archive = `{ $typed }` is none of public, link and off
init-written = { $value } was written; only its owner can read it.
init-smtp-reached = The mail server answers.
init-smtp-unreached = The mail server does not answer as it should: { $value }
init-blog-read = Blog: { $value }
init-blog-unread = Nothing could be read at the blog's address: { $value }
init-again = If an answer was wrong, edit { $path }, or answer anew: `facteur init --force{ $config }` replaces the file.
init-has-faults = the configuration has faults; see above
init-missing = nobody can be asked here; still needed: { $missing } (--blog "" for none; --zone is the machine's without it)
init-there = { $path } is there already, so nothing was changed; --force replaces it, `facteur config check` judges it
init-not-written = cannot write { $path }; --config FILE names another place
init-not-answered = nothing was written: the questions were not answered
init-next = What to do next:
init-step-password = Type the password of the mail server’s user, then Enter and Ctrl-D: it goes into a file that only you can read.
init-step-check = Judges the configuration, the password file included.
init-step-serve = Starts Facteur; on a terminal it shows the link for the first account by itself.
init-step-account = Shows that link again, good for 30 minutes: it makes the first account of the console, { $value }, where you begin the newsletter.
init-step-newsletter = Without the console: begins the newsletter as the blog describes itself.

## Console: frame
console-to-start = Begin a newsletter
console-home = Newsletters
console-home-empty = No newsletter is yours yet. Whoever invited you can give you a role in one.
console-home-empty-owner = There is no newsletter yet. “Begin a newsletter” makes the first one.
console-account = My account
console-team = People
console-newsletter-team = Team
console-today = Today
console-posts = Posts
console-digests = Digests
console-subscribers = Subscribers
console-schedule = Schedule
console-topics = Topics
console-settings = Settings
console-navigation = Pages of the console
console-logout = Log out
console-login-elsewhere = Log in (opens a new tab)
console-send-again = Send again what I typed
console-type-again = Back to the page
console-secret-lead = Nothing was changed. A password is never kept in a page: please type it again. If this page comes back, your browser sends no cookies: open the console at { $base_url }.
console-files-lost = Chosen files cannot be kept: choose them again on the page.
console-forbidden = Your role does not allow this. An owner of the newsletter can change your role.
console-ended-title = You were logged out
console-ended-lead = Nothing was changed, and what you typed is kept in this page. Log in, then send it again.
console-stale-title = This page was too old
console-stale-lead = Nothing was changed, and what you typed is kept here. Send it again; if this page comes back, your browser sends no cookies: open the console at { $base_url }.
console-foreign-lead = This form was sent by another site, so nothing was changed. Open the console at { $base_url } and try again there.
console-confirmed = { $count ->
    [one] { $count } confirmed subscriber
   *[other] { $count } confirmed subscribers
 }

## Console: today
in-days = { $days ->
    [0] today
    [one] tomorrow
   *[other] in { $days } days
 }
when = { $date } at { $time }
when-far = { $date } at { $time }, { $far }
today-posts = { $count ->
    [0] no new post so far
    [one] { $count } post
   *[other] { $count } posts
 }
today-people = { $count ->
    [one] { $count } person
   *[other] { $count } people
 }
today-next-title = What leaves next
today-to = { $posts }, to { $people }
today-for = { $posts }, for { $people }
today-next = { $when }: { $what }.
today-next-skipped = { $when }: skipped, as you wished. Meanwhile: { $what }.
today-next-paused = Paused. Meanwhile: { $what }.
today-next-post = As soon as a post is published: { $what }.
today-later = { $count ->
    [one] { $count } more post still rests when it is made ready, and waits for the digest after it. Include the post, and it does not rest any more.
   *[other] { $count } more posts still rest when it is made ready, and wait for the digest after it. Include a post, and it does not rest any more.
 }
today-people-title = Who reads it
today-before = { $count } 30 days ago.
today-slots-title = The last slots
today-no-slot = No slot has come yet.
today-recipients = { $count ->
    [one] To { $count } person.
   *[other] To { $count } people.
 }
today-wrong = What needs you
alarm-server-silent = The mail server does not answer: nothing leaves, nothing is lost, and Facteur tries again by itself. ({ $words })
alarm-server = The mail server takes no mail: nothing leaves, nothing is lost, and Facteur tries again by itself. ({ $words })
today-wrong-paused = The digest “{ $subject }” has stopped: { $reason }.
today-wrong-waiting = The digest “{ $subject }” waits for your decision.
today-wrong-feed = The feed { $feed } cannot be read: { $error }.
today-wrong-doctor = Mails may not arrive: { $checks }.
today-wrong-held = { $count ->
    [one] { $count } post is held until you decide.
   *[other] { $count } posts are held until you decide.
 }
today-wrong-letters = { $count ->
    [one] { $count } confirmation letter is held back: more people signed up than the limits for sign-ups let through at once. It leaves by itself on { $when }.
   *[other] { $count } confirmation letters are held back: more people signed up than the limits for sign-ups let through at once. They leave by themselves, the last on { $when }.
 }
today-letters-due = { $count ->
    [one] { $count } confirmation letter that waited, for the newsletter to go live or for room within the limits for sign-ups, leaves within a minute.
   *[other] { $count } confirmation letters that waited, for the newsletter to go live or for room within the limits for sign-ups, leave within a minute, as fast as these limits allow.
 }
today-wrong-test = This newsletter is in test mode: its digests go to its editor only, and letters to strangers wait.
today-go-live = Go live
today-see-digests = See the digests
today-see-digest = See the digest
today-decide-digest = Decide
today-see-feeds = See the feeds
today-see-doctor = See what to mend
today-see-posts = See the posts
today-see-subscribers = See the subscribers

## Console: account
login-title = Sign in
login-email = E-mail address
login-password = Password
login-button = Sign in
login-forgotten = Forgotten your password?
login-wrong = This address and password do not go together. Please check both.
login-wait-seconds = { $count ->
    [one] Too many attempts. Please wait { $count } second, then try again.
   *[other] Too many attempts. Please wait { $count } seconds, then try again.
 }
login-wait-minutes = { $count ->
    [one] Too many attempts. Please wait { $count } minute, then try again. Nothing is locked.
   *[other] Too many attempts. Please wait { $count } minutes, then try again. Nothing is locked.
 }
login-code-title = Second factor
login-code-lead = Almost there, { $name }: one code is missing.
login-code-label = Code
login-code-help = The six digits that your app shows now, or one of your recovery codes.
login-code-wrong = This code does not fit. Codes are good once and for half a minute: wait for the next one and check the clock of your phone.
login-code-lost = Without app and recovery codes? Whoever runs this machine can type “facteur user reset-2fa”.
login-other-person = Start again
forgotten-title = Forgotten password
forgotten-lead = If there is an account of this address, a letter with a link leaves at once. The link is good for 15 minutes.
forgotten-button = Send me a link
forgotten-else = No letter comes? Look in the junk folder, or ask an owner for help. On the machine itself no mail is needed:
forgotten-no-letter = No letter can leave yet, because there is no newsletter to send it as. Whoever runs this machine sets a new password by typing:
forgotten-example = ADDRESS
console-link-way-login = To the sign-in page
console-link-way-forgotten = Ask for a new link
console-link-setup-title = Make the first account
console-link-setup-lead = You will be the owner of this Facteur ({ $host }): you may do everything here, and invite others.
console-link-setup-button = Make my account
console-link-invite-title = You are invited
console-link-invite-lead = Choose how you are called and a password for { $host }.
console-link-invite-button = Join
console-link-reset-title = New password
console-link-reset-lead = Choose a new password for { $host }. Wherever you are signed in, you will be signed out.
console-link-reset-button = Set my password
console-link-used-title = This link has been used
console-link-used-lead = It was good once. Nothing was changed.
console-link-used-setup = The first account is made. Its owner signs in, and can invite you.
console-link-used-invite = You have an account: sign in with the password you chose.
console-link-used-reset = Sign in with your new password. If it was not you who chose it, ask for a new link at once.
console-link-over-title = This link has expired
console-link-over-lead = Its time is over. Nothing was changed.
console-link-over-setup = Whoever runs this machine gets a new one by typing:
console-link-over-invite = Ask whoever invited you for a new invitation.
console-link-over-reset = Ask for a new one; it is good for 15 minutes.
console-link-replaced-title = A newer link took its place
console-link-replaced-lead = Of these links only the newest opens. Nothing was changed.
console-link-replaced-setup = Take the newest one. Without it, whoever runs this machine gets another by typing:
console-link-replaced-invite = Take the newest invitation. Without it, ask whoever invited you for another.
console-link-unknown-title = This link leads nowhere
console-link-unknown-lead = It is incomplete, or no longer stands for anything that we store. Nothing was changed.
console-link-unknown-unknown = Copy the whole address from the letter, or take the newest letter. If that does not help, ask whoever invited you.
new-password-label = New password
new-password-help = { $count ->
    [one] At least { $count } character. Several words in a row are easy to remember and hard to guess.
   *[other] At least { $count } characters. Several words in a row are easy to remember and hard to guess.
 }
new-password-again = The same once more
password-too-short = { $least ->
    [one] The password needs at least { $least } character.
   *[other] The password needs at least { $least } characters.
 }
password-too-long = { $most ->
    [one] The password may have { $most } character at most.
   *[other] The password may have { $most } characters at most.
 }
password-common = This password is among the first that are tried. Take several words that do not belong together.
password-personal = This password is made of your name or address, which others know too. Take another one.
password-unequal = The two passwords differ. Type the same one twice.
account-who = About you
account-name = Name
account-name-help = How others see you here. It may stay empty.
account-language = Language of your console
account-save = Save
account-cancel = Cancel
account-password-lead = A new password signs you out everywhere else, and ends the tokens made for you. Passkeys stay: remove those that you do not know.
account-current = Your present password
account-password-button = Change my password
account-password-wrong = This is not your present password.
second-factor = Second factor
second-factor-is-on = On: after your password, a code of your app is asked for.
second-factor-is-off = Off. With it, a password that somebody else learns is not enough to get in.
second-factor-turn-on = Turn it on
second-factor-turn-off = Turn it off
second-factor-turn-off-button = Turn the second factor off
second-factor-title = Turn the second factor on
second-factor-lead = You need an app for one-time codes (Aegis, FreeOTP, a password manager…).
second-factor-step-scan = 1. Tell the app
second-factor-scan = Photograph this code with the app:
second-factor-picture = QR code with the secret that stands below it
second-factor-type = Or type this secret:
second-factor-open = On this very phone: open the app
second-factor-step-code = 2. Type the code it shows
second-factor-number = Six digits
second-factor-number-help = Only a right code turns the second factor on: you cannot lock yourself out.
second-factor-wrong = This code does not fit. Wait for the next one, and check the clock of your phone: it must be right to half a minute.
second-factor-on-lead = The second factor is on.
recovery-codes-left = { $count ->
    [0] No recovery code is left: make new ones.
    [one] { $count } recovery code is left.
   *[other] { $count } recovery codes are left.
 }
recovery-codes-renew = New recovery codes
recovery-codes-renew-button = Make new recovery codes
recovery-codes-title = Your recovery codes
recovery-codes-lead = The codes of before are void.
recovery-codes-keep = Each of these ten codes lets you in once when your phone is lost. Print them, or keep them where your passwords are.
recovery-codes-once = They are shown this once.
recovery-codes-kept = I have kept them
passkeys = Passkeys
passkeys-lead = With a passkey you sign in by your finger, your face or a PIN: no password to type, and no code. It works on this site alone, so nobody can lure it out of you. Your password stays, as another way in.
passkey-add = Add a passkey
passkey-tag-doubted = opens nothing any more
passkey-never-used = Never used.
passkey-synced = Your password manager may have it on several devices.
passkey-one-device = On one device alone.
passkey-elsewhere = Made for { $host }: it does not work at the present address of this Facteur.
passkey-new-title = Add a passkey
passkey-new-lead = A passkey is kept by this device, your password manager or a security key, and lets you in without your password.
passkey-needs-script = Passkeys need JavaScript, which your browser does not run here. Everything else works without.
passkey-only-at = Passkeys work at { $base_url } alone, and you are at another address. Open the console there.
passkey-no-browser = This browser knows no passkeys. Take a newer one, or go on with your password.
passkey-none-here = Browsers offer no passkeys at { $base_url }: they want https and a name instead of numbers. Whoever runs this machine sets base_url.
passkey-name = Name
passkey-name-help = So that you know it again when you remove one, such as “My phone”.
passkey-unnamed = Passkey
passkey-go-on = Go on
passkey-make-lead = Your browser now asks where to keep the passkey, and then for your finger, your face or a PIN. You have five minutes.
passkey-make-button = Make the passkey
passkey-make-failed = No passkey was made: your browser says that it was cancelled, or took too long. Press again, or begin anew.
passkey-one-title = Passkey
passkey-rename = Name of the passkey
passkey-remove = Remove it
passkey-remove-lead = It then opens nothing any more, and all your other sessions end: whoever had it may have used it. Take it out of your password manager, too, if it still shows it.
passkey-remove-button = Remove this passkey
passkey-login-button = Sign in with a passkey
passkey-login-failed = No passkey was used: your browser has none for this site, or it was cancelled or took too long. Press again, or use your password.
passkey-refusal-address = Browsers offer no passkeys at the address of this Facteur. Use your password.
passkey-refusal-unreadable = What your browser sent of the passkey is incomplete. Try again; if it comes back, use your password.
passkey-refusal-challenge = That took too long, or was sent twice. Try again.
passkey-refusal-origin = This passkey was asked for at another address. Open the console at its own address and try again.
passkey-refusal-unverified = The passkey did not check who you are. Set up a PIN or a fingerprint for it and try again, or use your password.
passkey-refusal-kind = This kind of passkey cannot be used here. Take another device or password manager.
passkey-refusal-signature = The passkey’s signature is wrong. Try again, or use your password.
passkey-refusal-unknown = No account here has this passkey: it was removed, or is of another Facteur. Use your password.
passkey-refusal-shut = The account of this passkey may not be used any more. Ask an owner.
passkey-refusal-copied = There may be two of this passkey, so it opens nothing any more. Use your password, remove it in your account and make a new one.
passkey-refusal-known = This passkey is in use already. On each device one is enough.
passkey-refusal-too-many = { $most ->
    [one] You have { $most } passkey already. Remove one that you do not need.
   *[other] You have { $most } passkeys already. Remove one that you do not need.
 }
account-sessions = Where you are signed in
account-sessions-lead = Sessions end by themselves after eight hours without use.
account-session-this = this one
account-session-since = Since { $when }.
account-session-seen = Last used { $when }.
account-session-end = End “{ $device }”
account-session-unknown = Unknown browser
account-sessions-end = End all others
said-signed-out = You are signed out.
said-reset-asked = If there is an account of this address, a letter with a link is on its way.
said-account-saved = Saved.
said-password-changed = Your password is changed. You were signed out everywhere else.
said-session-ended = The session has ended.
said-sessions-ended = All other sessions have ended.
said-nothing-changed = Nothing had to be changed.
said-second-factor-off = The second factor is off.
said-passkey-added = The passkey is added. Next time you can sign in with it.
said-passkey-removed = The passkey is removed. You were signed out everywhere else.

## Console: team
role-owner = Owner
role-editor = Editor
role-writer = Writer
role-viewer = Viewer
team-people = Who belongs to it
team-no-role = No role yet: sees nothing.
team-seen = Last here: { $when }.
team-second-factor = Second factor: { $state }.
team-invite = Invite somebody
team-invite-lead = They choose their password themselves, behind a link that is good for seven days.
team-name = Name (they can change it)
team-language = Language of the invitation and of their console
team-role = Role
team-role-help = Owners may do everything. Editors see subscribers and work on digests. Writers write and choose posts. Viewers look on. To have mails leave is a right of its own.
team-where = Where
team-everywhere = All newsletters, also those to come
team-may-send = May have mails leave
team-sends = , sends
team-role-in = { $role }{ $sends }: { $place }
team-role-missing = Choose a role and where it holds.
team-invite-letter = Invite by mail
team-invite-link = Show me the link instead
team-no-letter = No letter can leave yet, because there is no newsletter to send it as: hand the link over yourself.
team-state-active = active
team-state-invited = invited
team-state-disabled = kept out
team-yes = yes
team-no = no
team-never = never
team-state = State
team-since = Since
team-last-seen = Last here
team-again-letter = Invite once more by mail
team-again-link = Show a new link
team-roles = Roles
team-none = none
team-roles-end = With other roles, their sessions and the tokens made for them end. Whoever was invited and has not come in yet needs a new invitation.
team-roles-button = Save the roles
team-ways = Ways in
team-ways-password = A password alone.
team-ways-none = None yet.
team-ways-besides = Besides the password:
team-ways-alone = No password, but:
team-way-passkey = passkey
team-way-link = linked account
team-way-remove = Remove “{ $name }”
team-ways-effect = What you remove opens nothing any more, and this person is signed out everywhere.
team-ways-own = Your own you change on the page “My account”.
team-only-way = Without a password this is the only way in. Keep this person out, or have them choose a password first.
team-access = Access
team-enable-lead = This person may not come in.
team-enable = Let in again
team-disable-lead = Their sessions, tokens and links end at once. What they did stays.
team-disable-own = This is your own account: you would be signed out, and could not come back by yourself.
team-disable = Keep out
team-not-done = Nothing was changed.
team-refusal-last-owner = There would be no owner left who can come in. First make somebody else an owner of all newsletters.
team-refusal-known = There is an account of this address already.
team-refusal-joined = They have an account already and need no invitation; whoever forgot the password asks for a link on the sign-in page.
team-refusal-disabled = They are kept out. First let them in again.
team-refusal-gone = There is no such account any more.
team-refusal-link-over = The link was used meanwhile, or its time is over.
team-refusal-own = Nobody changes their own role in a newsletter: another owner does.
team-refusal-above = They own the whole instance: a newsletter decides nothing about them.
team-refusal-member = They have a role in this newsletter already: look them up in the list above.
team-refusal-not-joined = This address was invited to something else and has not chosen a password yet. Add them once they have.
team-refusal-elsewhere = They have a role elsewhere, too: only an owner of the instance can give a new link for their account.
membership-lead = Who may do what in this newsletter. Whoever has an account already gets the role at once; whoever has none is invited.
membership-role = Role in this newsletter
membership-own = This is you. Another owner can change your role.
membership-everywhere = Their role in all newsletters stays, whatever is chosen here.
membership-none = none (they no longer belong to it)
membership-ends = With another role, their sessions end and they sign in again. Roles in other newsletters stay as they are.
membership-save = Save the role
membership-disabled = They cannot come in: an owner of the instance keeps them out.
said-member-added = They have the role: they see this newsletter when they next sign in.
invited-title = Hand over this link
invited-lead = { $email } is invited. With this link they choose a password and come in.
invited-link = Link
invited-help = It is shown this once, good once and for seven days. Whoever has it comes in: hand it over to nobody else.
invited-back = Back to the team
said-invited = The invitation leaves.
said-roles-changed = The roles are changed.
said-person-unlinked = The link is ended, and they were signed out everywhere.
said-person-passkey = The passkey is removed, and they were signed out everywhere.
said-person-disabled = They are kept out from now on.
said-person-enabled = They may come in again.

## Console: digests
digests-send = Send now…
digests-back = All digests
digests-tabs = Digests by state
digests-tab-all = All
digests-tab-waiting = Waiting
digests-tab-leaving = On their way
digests-tab-sent = Sent
digests-tab-without = Not sent
digests-none = There is no such digest yet.
digests-older = Older ones
digest-people = { $count ->
    [one] { $count } person
   *[other] { $count } people
 }
digest-none = No mailing: { $reason }
digest-untitled = Without a subject
digest-state-title = Where it stands
digest-let-go = It was let go { $at }.
digest-being-sent = It was let go { $at }; it is being sent, and no mail of it has left yet.
digest-none-left = It was let go { $at }, but no mail of it has left.
digest-planned = Planned for { $slot }.
digest-would-go = { $count ->
    [one] Would go to { $count } person.
   *[other] Would go to { $count } people.
 }
digest-goes = { $count ->
    [one] To { $count } person.
   *[other] To { $count } people.
 }
digest-leaves = It leaves by itself: { $when }. Until then you can stop it.
digest-leaves-soon = It leaves at { $time }. Until then you can take it back.
digest-seconds = # s left.
digest-seconds-left = { $count } s left.
digest-reload = Look again
digest-acts-title = What you can do
digest-standing-title = How far it has come
digest-next-attempt = Next attempt for those who were told to wait: { $when }.
digest-rows-caption = Recipients by what became of their mail
digest-rows-state = What became of it
digest-rows-people = People
digest-rows-why = Why
digest-row-accepted = Accepted by the mail server
digest-row-queued = Not sent yet
digest-row-deferred = Tried again later
digest-row-refused = Refused
digest-row-skipped = Not sent on purpose
digest-row-doubt = In doubt: sent, but no answer came
digest-row-twice = Accepted after a doubt: perhaps received twice
digest-why = { $why }: { $count }
digest-why-address = the address does not exist
digest-why-unknown = the server does not know the address
digest-why-policy = the server’s rules forbid it
digest-why-content = the server refuses the message itself
digest-why-expired = tried again and again, in vain
digest-why-render = the message could not be made for this person
digest-why-smtputf8 = the server cannot take such an address
digest-why-left = they left in the meantime
digest-why-suppressed = the address must not be written to
digest-why-cancelled = the mailing was cancelled
digest-why-erased = their data was erased
digest-why-topics = none of its topics is among those they chose
digest-why-had = they had all of it on the rhythm they were on before
digest-why-paused = they were pausing
digest-parts-title = Parts
digest-parts-lead = Some readers get some of the posts only; everybody else gets all of them.
digest-parts-caption = Posts that go together, and how many readers get them
digest-parts-posts = Posts
digest-part-topics = { $count ->
    [one] of the topics that they chose
   *[other] of the topics that they chose
}
digest-part-rhythm = { $count ->
    [one] they changed their rhythm and have had the others, or get them otherwise
   *[other] they changed their rhythm and have had the others, or get them otherwise
}
digest-server-title = In the mail server’s words
digest-departures = Unsubscribed by this mailing:
digest-back = Back to the digest
digest-for-good = This cannot be undone.
digest-leave-it = Leave it as it is
digest-act-approve = { $count ->
    [one] Send to { $count } person
   *[other] Send to { $count } people
 }
digest-act-approve-effect = It leaves in a minute, and does not change any more. Until then you can take it back.
digest-act-stop = Take it back
digest-act-stop-effect = It does not leave, and waits for you again.
digest-act-stop-sent = Take it back
digest-act-stop-sent-effect = Nothing is sent; its posts wait for the next digest.
digest-act-stop-veto = Stop it
digest-act-stop-veto-effect = It does not leave at its time, but waits for you.
digest-act-skip = Skip it…
digest-act-skip-effect = Nobody gets it. You choose what becomes of its posts.
digest-act-pause = Pause
digest-act-pause-effect = { $count ->
    [one] No further mail begins until you resume; { $count } person still waits for it.
   *[other] No further mail begins until you resume; { $count } people still wait for it.
 }
digest-act-resume = Resume
digest-act-resume-effect = { $count ->
    [one] It goes on where it stopped: { $count } person is left.
   *[other] It goes on where it stopped: { $count } people are left.
 }
digest-act-resume-unknown = Resume, try unknown addresses later
digest-act-resume-unknown-effect = It goes on where it stopped. Nobody is unsubscribed.
digest-act-dead = Resume, unknown addresses are dead…
digest-act-dead-effect = { $count ->
    [one] { $count } person whose address the server does not know gets no more mail, and so do those of this digest whom it does not know from now on.
   *[other] { $count } people whose addresses the server does not know get no more mail, and so do those of this digest whom it does not know from now on.
 }
digest-act-cancel = Cancel the rest…
digest-act-cancel-effect = { $count ->
    [one] { $count } person would never get it.
   *[other] { $count } people would never get it.
 }
digest-act-retry = { $count ->
    [one] Send again to { $count } person
   *[other] Send again to { $count } people
 }
digest-act-retry-effect = The mail server refused them for a reason that is not their address.
digest-act-revive = { $count ->
    [one] Undo { $count } bounce
   *[other] Undo { $count } bounces
 }
digest-act-revive-effect = The server said that these addresses do not exist. They are subscribed again and get this digest; whoever left or complained stays out.
digest-act-again = { $count ->
    [one] Send { $count } doubtful mail again
   *[other] Send { $count } doubtful mails again
 }
digest-act-again-effect = No answer came to them. Some may arrive twice.
digest-act-settle = { $count ->
    [one] Take { $count } doubtful mail for accepted
   *[other] Take { $count } doubtful mails for accepted
 }
digest-act-settle-effect = They are not sent again. Some may never have arrived.
digest-skip-back = Skip it, posts wait
digest-skip-back-effect = Its posts go out with the next digest.
digest-skip-drop = Skip it with its posts
digest-skip-drop-effect = Its posts are not sent on this schedule any more. This cannot be undone.
digest-late-title = Nothing was changed
digest-refused = { $why }. { $meanwhile }
digest-meanwhile = The digest does not stand where you saw it any more; this is how it is now.
digest-meanwhile-waiting = In the meantime it was stopped and waits for an editor ({ $date }, { $time }).
digest-meanwhile-leaving = In the meantime it was planned to leave by itself ({ $date }, { $time }).
digest-meanwhile-released = In the meantime it has left ({ $date }, { $time }).
digest-meanwhile-approved = In the meantime it was approved ({ $date }, { $time }).
digest-meanwhile-sending = In the meantime it has left ({ $date }, { $time }).
digest-meanwhile-paused = In the meantime it was paused ({ $date }, { $time }).
digest-meanwhile-resumed = In the meantime it was resumed ({ $date }, { $time }).
digest-meanwhile-edited = Somebody has edited it since you looked. Read it as it is now, then approve it.
digest-meanwhile-finished = In the meantime it was sent to everybody ({ $date }, { $time }).
digest-meanwhile-reopened = In the meantime mails of it were queued again ({ $date }, { $time }).
digest-meanwhile-skipped = In the meantime it was skipped ({ $date }, { $time }).
digest-meanwhile-cancelled = In the meantime its rest was cancelled ({ $date }, { $time }).
digest-send-title = Send now
send-rhythms = Schedules
send-rhythm = Schedule { $number }
send-posts = What would be sent
send-posts-none = None.
send-no-post = There is no new post to send.
send-nobody = Nobody would get it: no confirmed subscriber is on this schedule.
send-held = Nothing leaves from here: { $why }. Whoever runs Facteur can let it continue.
send-waits = A digest of this schedule waits already.
send-waits-see = See it
send-resting = { $count ->
    [one] { $count } more post rests until { $time }, so that it can still be taken back.
   *[other] { $count } more posts rest, the first until { $time }, so that they can still be taken back.
 }
send-resting-too = Send them too
send-left = Who does not get it
send-left-other = { $count ->
    [one] { $count } person on another schedule
   *[other] { $count } people on other schedules
 }
send-left-paused = { $count ->
    [one] { $count } person who paused
   *[other] { $count } people who paused
 }
send-left-pending = { $count ->
    [one] { $count } person who has not confirmed
   *[other] { $count } people who have not confirmed
 }
send-left-ended = { $count ->
    [one] { $count } person who left or whose address failed
   *[other] { $count } people who left or whose addresses failed
 }
send-left-suppressed = { $count ->
    [one] { $count } address that must not be written to
   *[other] { $count } addresses that must not be written to
 }
send-button = { $count ->
    [one] Send to { $count } person now
   *[other] Send to { $count } people now
 }
send-effect = It leaves in a minute; until then you can take it back. Nothing but these posts is sent.
letters-doubt-title = Letters in doubt
letters-doubt = { $count ->
    [one] { $count } letter (a confirmation, a link or a notice) was sent, and no answer came.
   *[other] { $count } letters (confirmations, links or notices) were sent, and no answer came.
 }
letters-again = Send them again
letters-again-effect = Some may arrive twice.
letters-accepted = Take them for accepted
letters-accepted-effect = They are not sent again. Some may never have arrived.
said-letters-again = { $count ->
    [one] { $count } letter is sent again.
   *[other] { $count } letters are sent again.
 }
said-letters-settled = { $count ->
    [one] { $count } letter is taken for accepted.
   *[other] { $count } letters are taken for accepted.
 }
said-digest-sent-soon = It leaves in a minute. Until then you can take it back.
said-digest-approved = Approved: it leaves in a minute. Until then you can take it back.
said-digest-already = That was done already, a moment ago or by another editor.
said-digest-stopped = It was stopped before it left.
said-digest-skipped = Skipped: nobody gets it, and its posts are done with.
said-digest-skipped-back = Skipped: its posts wait for the next digest.
said-digest-paused = Paused.
said-digest-resumed = It goes on.
said-digest-cancelled = The rest was cancelled.
said-digest-retried = { $count ->
    [one] { $count } mail is sent again.
   *[other] { $count } mails are sent again.
 }
said-digest-again = { $count ->
    [one] { $count } mail in doubt is sent again.
   *[other] { $count } mails in doubt are sent again.
 }
said-digest-settled = { $count ->
    [one] { $count } mail in doubt is taken for accepted.
   *[other] { $count } mails in doubt are taken for accepted.
 }
today-leaving = The digest “{ $subject }” leaves by itself: { $when }.

## Console: preview
digest-preview-title = Preview
digest-preview-of-digest = Preview of the digest “{ $subject }”
digest-preview-of-slot = What the next sending would say
digest-preview-views = Views of the mail
digest-preview-languages = Languages
digest-preview-tab-desktop = Computer
digest-preview-tab-phone = Phone
digest-preview-tab-dark = Dark
digest-preview-tab-bare = Without pictures
digest-preview-tab-text = Plain text
digest-preview-tab-source = Source
digest-preview-frame = The mail, { $view }
digest-preview-inbox = In a list of mails
digest-preview-inbox-from = From
digest-preview-inbox-subject = Subject
digest-preview-inbox-preheader = Then
digest-preview-exact = The mail itself is made by the same function, byte for byte; only what is personal differs.
digest-preview-alone = Open the mail alone
digest-preview-size = Size
digest-preview-size-of = { $kilobytes } kB of { $most }
digest-preview-size-large = Gmail cuts mails of this size: leave a post out or shorten the introduction.
digest-preview-part = { $name }: { $kilobytes } kB
digest-preview-parts = What takes most room
digest-preview-part-intro = Introduction
digest-preview-part-frame = Frame, footer and links
digest-preview-test-title = Send a test
digest-preview-test-to = Addresses
digest-preview-test-help = Up to five, one a line. A test bears “[Test]” before its subject, and its unsubscribe link does nothing.
digest-preview-test-send = Send the test
digest-preview-test-none = write at least one address
digest-preview-edit = Edit
digest-preview-check = Checks
digest-preview-open = Preview
digest-preview-back = Back to the digest
digest-preview-back-schedule = Back to the schedule
digest-preview-nothing = There is nothing to show: { $words }.
digest-preview-slot-at = Planned for { $when }.
digest-preview-slot-post = Would leave as soon as its waiting period is over.
digest-preview-slot-skipped = As things stand, it would not be sent: { $words }.
digest-preview-slot-to = { $count ->
    [one] It would go to 1 person.
   *[other] It would go to { $count } people.
 }
digest-preview-slot-more = { $count ->
    [one] 1 more mail would follow.
   *[other] { $count } more mails would follow.
 }
digest-preview-blocks = must be mended
digest-preview-warns = worth a look
digest-preview-nothing-found = Nothing speaks against sending it.
digest-preview-blocked = { $count ->
    [one] 1 thing must be mended before this digest is sent
   *[other] { $count } things must be mended before this digest is sent
 }
digest-preview-content = Content
digest-preview-content-posts = Posts
digest-preview-duplicate = Duplicate
digest-preview-duplicate-help = Its posts go into a new digest that waits; nobody has got this one.
digest-checks-title = Checks before sending
digest-checks-links = Links
digest-checks-links-none = The mail links to no page.
digest-checks-links-look = Ask whether the links lead somewhere
digest-checks-links-help = Each server is asked politely, for 20 seconds at most. A link whose server does not answer in time is called “not checkable”, not broken.
digest-checks-link = Link
digest-checks-answer = Answer
digest-preview-links-short = Links: { $fine } fine, { $broken } broken, { $unknown } not checkable, { $left } not asked yet
digest-link-fine = fine
digest-link-broken = broken
digest-link-not-checkable = not checkable
digest-link-not-looked-at = not asked yet
digest-edit-title = Edit the digest
digest-edit-subject = Subject
digest-edit-subject-help = Leave it empty to have it made from the posts. 10 to 78 characters are read best.
digest-edit-preheader = Preheader
digest-edit-preheader-help = The line that lists of mails show after the subject. Leave it empty to have it made from the posts.
digest-edit-intro = Introduction
digest-edit-intro-help = Stands before the posts. Markdown: **bold**, *italic*, [a link](https://…), lists with a hyphen.
digest-edit-posts = Posts
digest-edit-posts-help = In the order of the mail; the first one leads it.
digest-edit-place = This post
digest-edit-place-in = goes with this digest
digest-edit-place-waits = waits for the next one
digest-edit-place-skipped = is left out for good
digest-edit-up = Move up: { $title }
digest-edit-down = Move down: { $title }
digest-edit-lead = Put first: { $title }
digest-edit-mail-only = In this mail only
digest-edit-summary = Own summary
digest-edit-summary-help = In place of the post’s text. Plain text; the post itself stays as it is.
digest-edit-image = Own picture
digest-edit-image-help = Its address on the web. Leave it empty for the post’s own.
digest-edit-bare = No picture
digest-edit-alt = What the picture shows
digest-edit-save = Save
digest-edit-cancel = Back without saving
digest-edit-stale-title = Edited elsewhere meanwhile
digest-edit-stale = the digest has been edited elsewhere meanwhile: look at it again
digest-edit-stale-help = Somebody saved this digest after you opened it: perhaps you, in another tab. Nothing is lost: the fields hold what you typed, and below each stands what is stored where it differs.
digest-edit-stale-save = Save mine in its place
digest-edit-stale-drop = Drop mine, take what is stored
digest-edit-stored = Stored:
digest-edit-stored-order = Stored order and places:
digest-edit-nothing = nothing
digest-edit-refused = It cannot be saved: { $words }. What you typed still stands here.
digest-edit-problems = { $count ->
    [one] Nothing was saved: 1 field must be mended
   *[other] Nothing was saved: { $count } fields must be mended
 }
said-digest-saved = The digest is saved.
said-digest-duplicated = The posts now stand in this new digest, which waits.
said-test-asked = { $count ->
    [one] A test is on its way to 1 address.
   *[other] A test is on its way to { $count } addresses.
 }

## Console: posts
console-drafts = Drafts
posts-write = Write a post
posts-drafts = Drafts
posts-feeds = Where posts come from
posts-no-feed = No feed is read. Posts that are written here, or come over the API, leave with the next digest.
posts-read-now = Read the feeds now
posts-feed-fails = cannot be read: { $error }
posts-shelves = Posts by state
posts-shelf-all = All
posts-shelf-waiting = Waiting
posts-shelf-held = Held
posts-shelf-taken = In a digest
posts-shelf-skipped = Left out
posts-shelf-seen = From before
posts-shelf-gone = Gone
posts-empty = No post stands here.
posts-caption = Posts, the newest first
posts-column-tick = Choose
posts-column-title = Title
posts-column-state = State
posts-column-source = From
posts-tick = Choose “{ $title }”
posts-include = Include the chosen
posts-skip = Leave the chosen out
posts-decide-hint = What is included leaves with the next digest, also when it was held, left out or old, or still rests. What is left out is not sent.
posts-older = Older
posts-back = All posts
posts-source-here = Written or given here
posts-source-letter = A letter of its own
posts-why-missing = missing from its feed since { $what }; the feed is asked again before it is believed
posts-why-next = { $what }
posts-why-next-alone = in a mail of its own
posts-why-rests = rests until { $what }, so that it can be taken back
posts-why-misses = too late for the digest of { $what }, unless you include it
posts-feed-name = { $name }:
posts-why-future = its date is still to come: it leaves after it, or at once when you include it
posts-why-paused = every rhythm is paused
posts-why-later = waits: the next digest is full, or began after it
post-stands = Where it stands
post-day = Dated
post-author = Author
post-seen = First seen
post-address = Address
post-include = Include in the next digest
post-skip = Leave out
post-draft = The draft it was written in
post-sent = Where it was sent
post-sent-nowhere = In no digest so far.
post-mail = As a mail shows it
post-mail-title = Preview of the mail
said-posts-included = { $count ->
    [one] { $count } post is included.
   *[other] { $count } posts are included.
 }
said-posts-skipped = { $count ->
    [one] { $count } post is left out.
   *[other] { $count } posts are left out.
 }
said-posts-none-ticked = No post was chosen, so nothing was changed.
said-posts-read = { $count ->
    [one] { $count } new post was found.
   *[other] { $count } new posts were found.
 }
said-posts-read-nothing = The feeds were read: nothing new.
said-posts-read-failed = { $count ->
    [one] { $count } feed could not be read; it says why below.
   *[other] { $count } feeds could not be read; they say why below.
 }
drafts-write-letter = Write a letter to all
drafts-empty = Nothing is being written.
drafts-untitled = Without a title
drafts-kind-post = post
drafts-kind-letter = letter
drafts-changed = Saved { $at }.
drafts-published = Published { $at }.
drafts-deleted = Thrown away; it can be brought back until { $at }.
drafts-restore = Bring back
drafts-restore-named = Bring back “{ $title }”
drafts-back = All drafts
draft-title-post = Write a post
draft-title-letter = Write a letter
draft-kind = What it becomes
draft-kind-post = A post: it leaves with the next digest of each rhythm.
draft-kind-letter = A letter of its own, to every confirmed subscriber, when you say so.
draft-title = Title
draft-body = Text
draft-body-help = In Markdown: a blank line between paragraphs, ## before a heading, - before each item of a list, **bold**, [words](https://address).
draft-size = As saved, in its mail: { $size }.
draft-size-typed = In its mail: { $size }.
draft-save = Save
draft-preview = Preview
draft-ready-post = Save and publish…
draft-ready-letter = Save and send…
draft-picture-legend = Add a picture
draft-picture-file = Picture
draft-picture-help = PNG, JPEG, WebP or GIF, up to 5 MB. It is made small enough for mails, turned upright, and no longer tells where it was taken.
draft-alt = What it shows
draft-alt-help = For whoever does not see it, in a few words.
draft-decoration = It is decoration: there is nothing to tell.
draft-picture-add = Add the picture and save
draft-picture-failed = The picture was not added.
draft-preview-title = As the mail will look
draft-preview-help = Alone in its mail, in the language of the newsletter.
draft-delete = Throw away
draft-delete-help = It can be brought back for three days.
draft-gone = This draft is no longer there. What you typed is kept here: save it as a new one.
draft-conflict-title = Two texts of one draft
draft-conflict-lead = This draft was changed in the meantime ({ $at }). Nothing is lost: both texts stand here.
draft-conflict-mine = What you typed
draft-conflict-stored = What is stored
draft-conflict-keep = Keep mine as the newest
draft-conflict-take = Take the stored one
draft-closed-title = This draft can no longer be changed
draft-closed-lead = It was published or thrown away in the meantime. What you typed is kept here.
draft-closed-keep = Keep mine as a new draft
draft-see-post = See the post
draft-gone-post = A digest holds the post, so it cannot be taken back.
draft-gone-letter = It cannot be taken back here: a part of it has left, or your role does not allow you to send.
draft-take-back = Take it back
draft-take-back-help = As long as no part of it has left, it becomes a draft again.
draft-ready-title = Ready to leave
draft-ready-what = What happens then
draft-ready-checks = What to look at first
draft-ready-back = Back to the text
draft-ready-letter-effect = { $count ->
    [0] Nobody is subscribed: it would go to nobody.
    [one] It goes to { $count } person, on its own.
   *[other] It goes to { $count } people, on its own.
 }
draft-ready-send = { $count ->
    [one] Send to { $count } person
   *[other] Send to { $count } people
 }
draft-ready-publish = Publish
draft-ready-when = When
draft-ready-now = Now: it leaves in a minute, and can be taken back until then.
draft-ready-later = At this hour:
draft-ready-hour = Day and hour, on the clock of { $zone }
draft-ready-letter-help = Whoever subscribes before it leaves gets it too; whoever leaves before does not.
draft-ready-post-help = It can be taken back as long as no digest holds it.
draft-ready-no-title = It has no title: a mail needs one.
draft-ready-no-body = It has no text.
draft-ready-no-time = Choose a day and an hour that are still to come.
draft-ready-no-right = Your role does not allow you to send. Somebody who may can send it from this page.
draft-effect = With the digest of { $when }, to { $people }.
draft-effect-alone = In a mail of its own in a few minutes, to { $people }.
draft-effect-paused = A rhythm of { $people } is paused: it waits there.
said-draft-saved = Saved.
said-draft-picture = The picture was added, and the draft saved.
said-draft-picture-still = The picture was added, and the draft saved. It moves and is too large for a mail: only its first image was kept.
said-draft-deleted = Thrown away. It can be brought back for three days.
said-draft-restored = It is back.
said-draft-unchanged = Nothing was changed: it had been published, thrown away or brought back already.
said-draft-published = It is published, and leaves with the next digest.
said-draft-changed = The draft was changed in the meantime: look at it again before it leaves.
said-draft-sent = It leaves in a minute. Until then you can take it back.
said-draft-planned = It leaves at the hour you chose. Until then you can take it back.
said-draft-taken-back = Taken back: it is a draft again, and nothing of it leaves.
said-draft-left = It cannot be taken back any more: a digest holds it. The digest’s page says what can still be done.
revisions-title = Earlier texts
revisions-help-draft = Every text that was saved, the newest first.
revisions-help-digest = What editors wrote for this digest: the last twenty times it was saved, the newest first.
revisions-none = Nothing has been saved yet.
revisions-line = { $number }: { $title }
revisions-saved = Saved { $at }.
revisions-saved-by = Saved { $at } by { $person }.
revisions-now = now
revisions-own-subject = made from the posts
revisions-back = All earlier texts
revisions-text-title = Text { $number }
revisions-of-post = { $field }, { $title }
revisions-take = Take this text back
revisions-take-help-draft = It becomes the newest text. What stands now stays in this list.
revisions-take-help-digest = Its words become the newest. The order of the posts and which go along stay as they are; what stands now stays in this list.
revisions-is-now = This is what stands now.
revisions-closed = It can no longer be changed, so nothing can be taken back.
said-text-taken-back = The text is back. What stood before is among the earlier texts.

## Console: subscribers
console-status-pending = to be confirmed
console-status-confirmed = confirmed
console-status-paused = paused
console-status-unsubscribed = unsubscribed
console-status-bounced = address gone
console-status-complained = complained
subscribers-all = All
subscribers-tabs = Subscribers by state
subscribers-counts-old = On a list of this size, these counts may be some seconds old.
subscribers-q = Find somebody
subscribers-q-hint = What you type here is not put in the address bar or in any log. Capital letters and accents do not count.
subscribers-how = What you type is
subscribers-how-address = how an address begins
subscribers-how-name = how a name begins
subscribers-how-domain = a domain (after the @)
subscribers-how-part = any part of an address or name (slower)
subscribers-more-filters = More filters
subscribers-any = any
subscribers-state = State
subscribers-since = Since
subscribers-language = Language
subscribers-rhythm = Rhythm
subscribers-origin = Source
subscribers-origin-hint = The site of the form, such as blog.example.org, or “imported” or “added”.
subscribers-search = Search
subscribers-search-end = Show everybody
subscribers-search-on = Go on searching
subscribers-slow = This search looks at every subscriber one after the other, so it can take up to two seconds.
subscribers-cut = { $count ->
    [one] This search looks at every subscriber and was stopped after { $count } second: there may be more. Go on with “Next”, or narrow it down.
   *[other] This search looks at every subscriber and was stopped after { $count } seconds: there may be more. Go on with “Next”, or narrow it down.
 }
subscribers-none-found = Nobody was found.
subscribers-none = There is nobody here yet.
subscribers-who = Who
subscribers-tick = Choose
subscribers-pages = Pages of the list
subscribers-previous = Previous
subscribers-next = Next
subscribers-back = Back to the list
subscribers-cancel = Cancel
subscribers-export = Export
subscribers-format = Format
subscribers-export-button = Download the list
subscribers-add = Add somebody
subscribers-import = Import a list
subscribers-person = Subscriber
subscribers-told-title = New subscribers
subscribers-told-on = A letter tells you how many people have confirmed, at most one in ten minutes. It names nobody.
subscribers-told-off = You get no letter when somebody confirms.
subscribers-told-start = Tell me of each new subscriber
subscribers-told-stop = Stop these letters
field-optional = (optional)
add-email = E-mail address
add-name = Name
add-how = How this person consented
add-how-hint = For example: “on paper at our stand, 12 May 2026”. With it they are confirmed at once. Without it they get a letter and confirm themselves.
add-why = Why this person may come back
add-why-hint = For example: “asked me by phone on 3 June”. It is kept as proof.
add-button = Add
add-kept-out-next = If they ask to come back, say below how you know, then add them again.
kept-out-unsubscribed = This person unsubscribed.
kept-out-bounced = This address did not exist any more.
kept-out-complained = This person reported a message as spam. Only they can come back, by signing up themselves.
kept-out-erased = This person asked to be erased.
kept-out-themselves = This person erased their own data: they alone can come back, by the form.
kept-out-not-me = This person said that they never subscribed.
kept-out-suppressed = This address must not be written to.
person-who = Who
person-name = Name
person-asked = First asked
person-confirmed = Confirmed
person-contact = Last contact
stay-question-planned = Will be asked whether they stay
stay-question-asked = The question whether they stay is on its way
stay-question-open = Was asked whether they stay; no answer yet
person-ended = Ended
person-waiting = New address, not confirmed yet
person-happened = What happened
person-older = { $count ->
    [one] { $count } older entry stands in the file that you can download below.
   *[other] { $count } older entries stand in the file that you can download below.
 }
person-acts = What you can do
person-ask-again-lead = They have not confirmed. The letter can be sent once more: after five minutes, three times a day and five times in 30 days at most.
person-ask-again = Send the confirmation letter again
person-new-address = New address
person-new-address-hint = A letter goes to the new address. The old one stays until they confirm.
person-new-address-button = Ask the new address
person-unsubscribe-lead = They get no more messages from now on. Only they can subscribe again.
person-unsubscribe = Unsubscribe
person-stays-lead = Did they tell you, by mail or in person, that they wish to stay? The time of silence then begins anew.
person-stays = Wishes to stay
person-export-lead = Everything that is stored about this person, as a file (JSON). To print it, print this page.
person-export = Download
person-erase = Erase this person…
new-address-same = This is their address already.
new-address-taken = Another subscriber of this newsletter has this address.
new-address-kept-out = This address must not be written to: its owner left for good, or it does not exist.
new-address-ended = Their subscription has ended: they can subscribe with the new address in the form.
new-address-testing = This newsletter is in test mode: no letter leaves to people outside its team. Try again once it is live.
new-address-capped = Three such letters were sent for this person within a day. Try again tomorrow.
subscriber-erase-title = Erase this person?
subscriber-erase-lead = Everything about this address is deleted: consents, letters, what they received. Only a fingerprint stays, which keeps the address out. This cannot be undone.
subscriber-erase-button = Erase for good
happened-asked = Asked to subscribe
happened-confirmed = Confirmed
happened-imported = Came with an imported list
happened-added = Added by hand
happened-left = Left
happened-undone = Took leaving back
happened-moved = Confirmed a new address
happened-stayed = Wished to stay
happened-letter-confirm = Confirmation letter
happened-letter-already = Letter “you are already in”
happened-letter-link = Letter with their link
happened-letter-welcome = Welcome letter
happened-letter-stay = Letter “do you wish to stay?”
happened-letter-moving = Message to the former address
happened-letter-change = Letter to a new address
happened-letter-notice = Notice
happened-letter-test = Test
happened-digest = Digest
by-person = by an editor
by-command = on the command line
by-token = by a program
by-system = by Facteur
event-subscriber-asked = Asked to subscribe
event-subscriber-added = Added by hand
event-subscriber-imported = Came with an imported list
event-subscriber-confirmed = Confirmed
event-subscriber-resent = Confirmation letter asked for again
event-subscriber-moved = Put on another rhythm
event-subscriber-topics = Chose topics
event-subscriber-paused = Paused
event-subscriber-resumed = Gets digests again
event-subscriber-address-asked = Asked to confirm a new address
event-subscriber-address-changed = Confirmed a new address
event-subscriber-address-kept = Kept the present address
event-subscriber-changed = Changed name or language
event-subscriber-left = Left
event-subscriber-returned = Took leaving back
event-subscriber-stay-asked = Asked whether they wish to stay
event-subscriber-stayed = Wished to stay
event-subscriber-bounced = The address does not exist any more
event-subscriber-complained = Reported a mail as unwanted
event-subscriber-soft-bounced = The mailbox took no mail
event-subscriber-pardoned = An operator lifted the suppression
event-subscriber-revived = The address exists after all
bulk-legend = With those chosen
bulk-act = What to do
bulk-everything = everybody of this list, on all its pages
bulk-hint = Nothing is done yet: the next page says with how many people.
bulk-look = Continue
bulk-latest = You changed many subscribers a moment ago: see it or take it back
bulk-unsubscribe = Unsubscribe
bulk-rhythm = Move to another rhythm
bulk-resend = Send the confirmation letter again
bulk-erase = Erase
bulk-unsubscribe-title = { $count ->
    [one] Unsubscribe { $count } person?
   *[other] Unsubscribe { $count } people?
 }
bulk-rhythm-title = { $count ->
    [one] Move { $count } person to another rhythm?
   *[other] Move { $count } people to another rhythm?
 }
bulk-resend-title = { $count ->
    [one] Send { $count } person the confirmation letter again?
   *[other] Send { $count } people the confirmation letter again?
 }
bulk-erase-title = { $count ->
    [one] Erase { $count } person?
   *[other] Erase { $count } people?
 }
bulk-unsubscribe-lead = They get no more messages. You can take this back for ten minutes.
bulk-rhythm-lead = They get the digests of that rhythm from now on. You can take this back for ten minutes.
bulk-resend-lead = Only people who have not confirmed get it, and nobody who got several already. The letters leave little by little, like those of an import. You can take back those not sent yet for ten minutes.
bulk-erase-lead = Everything about them is deleted. Only fingerprints stay, which keep their addresses out. This cannot be undone.
bulk-examples = Among them:
bulk-rhythm-to = New rhythm
bulk-erase-type = { $count ->
    [one] To be sure, type the number of people: { $count }
   *[other] To be sure, type the number of people: { $count }
 }
bulk-unsubscribe-button = { $count ->
    [one] Unsubscribe { $count } person
   *[other] Unsubscribe { $count } people
 }
bulk-rhythm-button = { $count ->
    [one] Move { $count } person
   *[other] Move { $count } people
 }
bulk-resend-button = { $count ->
    [one] Send to { $count } person
   *[other] Send to { $count } people
 }
bulk-erase-button = { $count ->
    [one] Erase { $count } person for good
   *[other] Erase { $count } people for good
 }
bulk-changed = { $count ->
    [one] The list has changed in the meantime: it is { $count } person now. Nothing was done; look again.
   *[other] The list has changed in the meantime: it is { $count } people now. Nothing was done; look again.
 }
bulk-type-count = { $count ->
    [one] Nothing was erased: type { $count } to confirm.
   *[other] Nothing was erased: type { $count } to confirm.
 }
bulk-choose-rhythm = Choose a rhythm.
bulk-is-moving = Under way.
bulk-is-done = Done.
bulk-is-undone = Taken back.
bulk-total = People
bulk-did-change = Of them changed
bulk-reload = See how far it is
bulk-resend-pace = The letters leave at the pace of an import: half of what [signup] letters_per_hour allows.
bulk-undo-until = You can take this back until { $at }. Whoever has changed since stays as they are.
bulk-undo = Take it back
import-lead = Facteur reads lists of most tools: CSV in any encoding, or addresses pasted from a mail. People who left elsewhere stay out.
import-file = File
import-file-hint = CSV or text, at most 20 MiB. From a spreadsheet: save it as CSV.
import-pasted = Or paste addresses
import-confirmed = How these people consented
import-confirmed-hint = For example: “form of the old site, 2019 to 2024”. With it they are confirmed at once. Without it each gets a letter, little by little, and confirms.
import-consented-on = When they agreed, at the latest
import-consented-on-hint = Their last contact: from this day counts the time after which silent readers are asked whether they stay. Empty: from the import.
import-consented-wrong = “When they agreed” must be a day that has been.
import-list = This list is
import-list-rows = as each row says
import-list-subscribed = of subscribers, whatever its name says
import-list-unsubscribed = of people who must not be written to
import-language = Language of people for whom the list gives none
import-look = Look at this list
import-nothing-yet = Nobody is added yet: you first see what was recognised.
import-no-file = Choose a file, or paste addresses.
import-too-large = This file is larger than 20 MiB: divide it and import the parts one after the other.
import-problem-empty = The file is empty.
import-problem-spreadsheet = This is a spreadsheet or an archive, not a list. Save it as CSV, then send that file.
import-problem-no-list = This is not a list of addresses. Export the list as CSV from the tool that it comes from.
import-problem-no-addresses = No column holds addresses. Write “email” in the first line above the column with the addresses.
import-problem-first-line = No name in the first line is known for a column of addresses: { $names }. Say below which one it is.
import-problem-no-such-column = There is no column “{ $names }”. Choose one of those in the file.
import-problem-unreadable = The file cannot be read. Export it anew as CSV.
import-problem-columns = You say that these people consented, but some columns may say who left or said no, and Facteur does not understand them: { $names }. Look at them. If they say nothing of the kind, tick them below under “Columns to ignore”.
import-problem-called = The name of the file, “{ $names }”, suggests people who must not be written to. Say below which kind of list it is.
import-problem-subscribed = You say that these people must not be written to, but the column “{ $names }” says that some are subscribed. Choose another kind of list, or ignore that column.
import-problem-cut = The import was cut short. Nothing is lost: begin it again, and whoever is there already stays as they are.
import-would = What this list would do
import-running = Being imported
import-done = Imported
import-failed = Not imported to the end
import-silent = The import was cut short, perhaps by a restart. Begin it again: whoever is there already stays as they are.
import-stored = { $count ->
    [one] { $count } person so far.
   *[other] { $count } people so far.
 }
import-people = { $count ->
    [one] { $count } address in the list
   *[other] { $count } addresses in the list
 }
import-added-confirmed = { $count } added, confirmed elsewhere
import-added-pending = { $count } added, to be asked by letter
import-added-unsubscribed = { $count } kept in mind as unsubscribed: they get no mail
import-added-bounced = { $count } kept in mind as addresses that are gone
import-added-complained = { $count } kept in mind as people who complained
import-raised = { $count } confirmed; they were waiting for confirmation
import-already = { $count } here already, unchanged
import-ended = { $count } unsubscribed; they were subscribed here
import-repeated = { $count } named more than once
import-invalid = { $count } lines without an address
import-kept-out-unclear = { $count } kept out: their state is not understood
import-kept-out-suppressed = { $count } kept out: they must not be written to
import-kept-out-unsubscribed = { $count } kept out: they unsubscribed here
import-kept-out-bounced = { $count } kept out: their address does not exist
import-kept-out-complained = { $count } kept out: they complained
import-invalid-lines = Lines without an address
import-line = Line { $line }:
import-columns = Columns
import-column = Column
import-taken-for = Taken for
import-unclear = Not understood
import-apply-lead = Importing can take a while; you may leave this page meanwhile.
import-apply = Import
import-say-more = Something is not right?
import-address = Column with the addresses
import-ignore = Columns to ignore
import-look-again = Look again
import-discard = Forget this file
column-address = address
column-name = name
column-first-name = first name
column-last-name = last name
column-language = language
column-status = state
column-confirmed = whether they confirmed
column-reachable = whether the address works
column-consent = consent
column-pending = who has not confirmed
column-bounced = addresses that are gone
column-complained = who complained
column-unsubscribed = who left
column-ignored = ignored
column-not-used = not used
column-not-understood = not understood
column-doubt-words = words of consent or state
column-doubt-not-understood = none of its words is understood
column-doubt-dates = dates
column-doubt-two-values = values like a yes and a no
said-subscribers-told = From now on a letter tells you of new subscribers.
said-subscribers-not-told = You get no more letters about new subscribers.
said-subscribers-added = Added and confirmed.
said-subscribers-added-pending = Added. A confirmation letter is on its way.
said-subscribers-already = This person is subscribed already; nothing changed.
said-subscriber-unsubscribed = Unsubscribed.
said-subscriber-stays = Noted: this person stays.
said-subscriber-not-subscribed = This person was not subscribed any more; nothing changed.
said-subscriber-asked-again = The confirmation letter is on its way.
said-subscriber-not-pending = This person needs no confirmation letter; nothing was sent.
said-subscriber-until-live = The newsletter is in test mode: the letter leaves once it is live.
said-subscriber-capped = Enough letters went to this address: nothing was sent. Try again later.
said-subscriber-suppressed = This address must not be written to: nothing was sent.
said-subscriber-address-asked = A letter is on its way to the new address.
said-subscriber-erased = Erased. Only a fingerprint keeps the address out.
said-bulk-nobody = Choose people and what to do first.
said-bulk-begun = It has begun.
said-bulk-undone = Taken back, for whoever had not changed since.
said-bulk-too-late = Too late: this cannot be taken back any more.
said-import-looked = Here is what was recognised. Nobody is added yet.
said-import-begun = The import has begun.
said-import-not-begun = The import did not begin: it is under way, done, or something stands in its way.
said-import-discarded = The file is forgotten.
## Console: schedule
schedule-add-title = One more rhythm
schedule-add = Add this rhythm
schedule-people = { $count ->
    [one] { $count } person is on it.
   *[other] { $count } people are on it.
 }
schedule-next-title = The next dates
schedule-dry-run = See what the next digest would be
schedule-change-title = Change the sentence
schedule-every = Send every
schedule-on-week = on (for every week)
schedule-on-month = on (for every month)
schedule-at = at
schedule-zone = on the clock of
schedule-approval = and the digest
schedule-veto = Each digest is made ready an hour before its date, of the posts that have rested by then, and its editors are told. If there is none yet, it is made as soon as there is one, until its date. It leaves an hour after the letter, and never before its date.
schedule-veto-near = The next date is less than an hour away: if there is something to send at { $slot }, its digest leaves at { $time } at the earliest, an hour after the letter.
schedule-save = Save the sentence
schedule-month-day = day { $day }
schedule-month-last = the last day
schedule-month-nth = the { $nth } { $weekday }
schedule-steer-title = Skip or rest
schedule-skip-next = Skip the next date
schedule-keep-next = Do not skip the next date
schedule-pause = Pause
schedule-resume = End the pause
schedule-until = Pause until this day (the first on which digests are sent again)
schedule-pause-until = Pause until then
schedule-readers-title = For readers
schedule-is-offered = Readers may choose this rhythm in their settings.
schedule-is-not-offered = Readers cannot choose this rhythm.
schedule-chosen = { $count ->
    [0] Nobody has chosen it.
    [one] One person chose it; nobody else can have them written to more often.
   *[other] { $count } people chose it; nobody else can have them written to more often.
}
schedule-offer = Let readers choose it
schedule-withhold = No longer let readers choose it
schedule-is-default = New subscribers are on this rhythm.
schedule-make-default = Put new subscribers on this rhythm
schedule-lower = { $count ->
    [one] also one person who never chose and is on a rhythm that writes more often
   *[other] also { $count } people who never chose and are on a rhythm that writes more often
}
schedule-topics = Topics that readers may choose
schedule-remove-title = Remove this rhythm
schedule-remove = Remove it
schedule-move-label = Its people are moved to
schedule-move = { $count ->
    [one] Move { $count } person
   *[other] Move { $count } people
 }
said-schedule-offered = Done. Whoever is on this rhythm stays on it.
said-schedule-default = New subscribers are on this rhythm from now on.
said-schedule-lowered = New subscribers are on this rhythm from now on, and so is whoever never chose and was written to more often.
said-topic-added = The topic was added.
said-topic-saved = The topic was saved.
said-topic-removed = The topic was removed. What its readers chose besides stays.
topics-lead = Readers choose topics in their settings and get the posts of these alone, and those that belong to no topic. Whoever chooses nothing gets everything.
topics-confirmed = { $count ->
    [one] One confirmed reader; whoever wants everything counts for no topic.
   *[other] { $count } confirmed readers; whoever wants everything counts for no topic.
}
topics-back = Back to the rhythms
topic-add-title = A new topic
topic-name = Name
topic-description = In a sentence (may be empty)
topic-categories = Categories
topic-categories-help = As your blog names them in its feed, one a line.
topic-feeds = Feeds whose posts all belong to it
topic-add = Add the topic
topic-save = Save
topic-remove = Remove
said-schedule-saved = The rhythm was saved.
said-schedule-skips = The next date is skipped; its posts wait for the one after.
said-schedule-keeps = The next date is not skipped any more.
said-schedule-paused = The rhythm is paused; posts wait.
said-schedule-resumed = The pause has ended.
said-schedule-removed = The rhythm was removed.
said-schedule-moved-not-all = Those who did not choose their rhythm were moved. Whoever chose this one stays: the other writes more often.
said-schedule-releasing = A digest is being released: not everybody was moved. Try again in a minute.
said-schedule-moved = They were moved; the rhythm can be removed now.
## Console: settings
console-live = Go live
settings-to-form = The sign-up form
settings-to-live = Go live
settings-to-test = Test mode
settings-to-doctor = Doctor
settings-to-reader-letters = Welcome and staying
reader-letters-title = Welcome letter and silent readers
welcome-title = Welcome letter
welcome-about = Sent once, to whoever confirms their subscription for the first time. It leads to posts by their titles, and never repeats their text.
welcome-texts = Its words
welcome-brings = What it brings
welcome-off = No welcome letter
welcome-nothing = Its words alone
welcome-last = What the last digest had
welcome-chosen = Posts that you choose
welcome-posts = { $count ->
    [one] Chosen posts, { $count } at most
   *[other] Chosen posts, { $count } at most
 }
welcome-is-off = Nobody is welcomed.
welcome-is-nothing = Whoever confirms gets a welcome letter.
welcome-is-last = Whoever confirms gets a welcome letter with what the last digest had.
welcome-is-chosen = Whoever confirms gets a welcome letter with these posts: { $posts }.
staying-title = Silent readers
staying-about = Nobody’s data may be kept for ever. Whoever did nothing for long is asked once whether they wish to stay; without an answer they are erased, and may subscribe again. Opening a mail is not known and does not count.
staying-texts = The words of the question
staying-asks = Ask silent readers
staying-yes = Yes: ask once, then erase whoever does not answer
staying-no = No: keep everybody
staying-months = After so many months of silence
staying-months-help = 35 by default: with the time to answer, three years after the last contact.
staying-days = Days to answer
staying-days-help = Counted from when the reader’s mail server took the question.
staying-is-on = Whoever is silent for { $months } months is asked whether they stay, and erased after { $days } days without an answer.
staying-is-off = Nobody is asked whether they stay.
staying-planned = { $count ->
    [one] { $count } person will be asked, spread over some weeks.
   *[other] { $count } people will be asked, spread over some weeks.
 }
staying-asked = { $count ->
    [one] { $count } question is on its way.
   *[other] { $count } questions are on their way.
 }
staying-open = { $count ->
    [one] { $count } person was asked and has not answered yet.
   *[other] { $count } people were asked and have not answered yet.
 }
settings-general = Name and sender
settings-name = Name
settings-from = Sender
settings-from-help = A name and an address: Le carnet <carnet@example.org>
settings-reply-to = Address for replies
settings-reply-to-help = Empty: replies go to the sender. Notices of Facteur go here, too.
settings-postal = Who publishes it, and where
settings-postal-help = Name and postal address; the law asks for them at the foot of each mail.
settings-description = Description
settings-description-help = One or two sentences for the sign-up page.
settings-site = The blog’s address
settings-language = Language
settings-listed = On the home page
settings-in-preferences = In the settings of the other newsletters’ readers
settings-in-preferences-help = A box to tick on the page “Your settings”: whoever opens the link that was mailed to their address subscribes without another confirmation.
settings-save = Save
settings-brand = How it looks
settings-logo = Address of a logo elsewhere
settings-logo-help = A picture under https; it stands above each digest, 56 pixels high. Better is one that you upload below: it stands above letters, too, and can be seen on dark screens.
settings-colour = Colour
settings-colour-help = Such as #1d4e89; for buttons and links. Empty: Facteur’s blue.
settings-colour-day = { $colour } on light ground
settings-colour-night = { $colour } on dark ground
settings-colour-mended = { $colour } itself could not be read on light ground (contrast below 4.5 to 1), so a darker shade of it is used.
settings-footer = Words at the foot of each digest
settings-feeds = Feeds
settings-no-feed = No feed yet: posts come from the console or the API only.
settings-feed = Address of a blog or a feed
settings-feed-help = For a web page, Facteur uses the feed that the page links to.
settings-take = Posts already in it that go into the next digest
settings-feed-add = Add the feed
settings-feed-read = Read the feeds now
settings-feed-change = Move or remove this feed
settings-feed-to = New address
settings-feed-to-help = For a blog that has moved: posts already sent are recognised there, and none is missed.
settings-feed-move = Move the feed
settings-feed-waits = { $count ->
    [0] No post of it waits.
    [one] { $count } post of it waits and will not be sent if you remove it, unless another feed brings it.
   *[other] { $count } posts of it wait and will not be sent if you remove it, unless another feed brings them.
 }
settings-feed-remove = Remove the feed
settings-feed-taken = another feed of the newsletter has this address
settings-feed-read-at = read on { $date } at { $time }
settings-delete-title = Delete the newsletter
settings-delete-effect = Its pages are gone at once and nothing of it is sent. For three days “facteur newsletter restore” takes it back; then it is removed with its subscribers for good.
settings-delete-type = Type { $slug } to delete it
settings-delete = Delete the newsletter
settings-delete-unsure = Nothing was deleted: type the newsletter’s short name exactly.
said-settings-saved = Saved.
said-feed-added = The feed was added; it is read at the next poll, or now.
said-feed-there = That feed was there already.
said-feed-moved = The feed is read at its new address from now on.
said-feed-removed = The feed was removed.
said-feeds-read = { $count ->
    [0] The feeds were read; nothing is new.
    [one] The feeds were read; { $count } post is new.
   *[other] The feeds were read; { $count } posts are new.
 }
said-feeds-unread = A feed could not be read; see below.
said-newsletter-deleted = The newsletter was deleted. For three days “facteur newsletter restore” takes it back.
settings-archive = Archive
settings-archive-effect = What was sent can stand on the web, one page for each digest, without anything of a reader. Closing it takes effect at once, for every page, the feed and the sitemap.
settings-archive-see = See the archive
settings-archive-who = Who may read it
settings-rename-title = Short name
settings-rename = Short name in addresses
settings-rename-help = 1 to 63 of the characters a-z, 0-9 and “-”. Former addresses and forms lead on. The “List-Id” of its mails changes too: filters that readers made by it must be made anew.
settings-rename-button = Change the short name
said-archive-saved = The archive is set.
said-newsletter-renamed = The short name is changed. Former addresses lead here.
archive-public = public: everybody reads it, with a list, a feed and a sitemap
archive-link = link only: whoever has the address of a page reads it; nothing lists it
archive-off = off: nobody reads it; a link “read in the browser” stands in no mail
archive-title = On the web
archive-who = Who may see this page
archive-show-newsletter = as the newsletter says
archive-show-public = everybody, where the archive is public
archive-show-link = whoever has its address
archive-show-off = nobody
archive-save = Save
archive-page-public = public
archive-page-link = link only
archive-page-withdrawn = withdrawn
archive-page-off = closed
archive-page-is = The page is { $standing }.
archive-page-to-come = The page is made when the digest leaves.
archive-withdraw = Withdraw the page
archive-withdraw-effect = Its address then says that it was withdrawn; it leaves the list, the feed and the sitemap. Mails that were sent stay as they are.
archive-put-back = Put the page back
archive-put-back-effect = It can be read at its address again.
said-archive-page-saved = Saved.
said-archive-page-withdrawn = The page is withdrawn.
said-archive-page-back = The page is back.
live-lead-test = The newsletter is in test mode: digests go to its editor only, marked as tests, and letters to people outside the team wait.
live-lead-live = The newsletter is live: its mails go to its readers.
live-checks-title = Before it goes live
live-done = done
live-open = open
live-see = See to it
live-press-title = Go live
live-effect = { $count ->
    [0] Its mails will go to whoever subscribes.
    [one] Its mails will go to { $count } reader. Posts that were tried wait for them.
   *[other] Its mails will go to { $count } readers. Posts that were tried wait for them.
 }
live-waiting = { $count ->
    [one] { $count } letter that waits is sent.
   *[other] { $count } letters that wait are sent, as fast as the limits allow.
 }
live-still-open = { $count ->
    [one] { $count } point is still open.
   *[other] { $count } points are still open.
 }
live-button = Go live now
live-back-title = Back to test mode
live-back-effect = Digests then go to the editor only, and letters to people outside the team wait. Only while no digest is on its way.
live-back-button = Switch to test mode
said-went-live = The newsletter is live.
said-went-to-test = The newsletter is in test mode.
## Console: form
console-form = Sign-up form
form-check-title = Check my page
form-check-label = Address of the page with the form
form-check-help = Facteur reads it as a visitor would, once; the address is not kept.
form-check-button = Check
form-check-result = What is there
form-good = good
form-bad = wrong
form-asks-title = What else the form asks
form-asks-lead = The address and the forms below are made for it. Whoever signs up by them gets what they chose once they confirm.
form-asks-rhythm = How often somebody wants to be written to
form-asks-topics = Which topics they want
form-asks-button = Make this form
form-own-title = The newsletter’s own page
form-qr = The same as a QR code, for paper:
form-qr-of = QR code of { $address }
form-paste = To paste
form-site-html = Any web page
form-works-html = Plain HTML, without script or style; it takes the look of your page.
form-site-wordpress = WordPress
form-works-wordpress = Paste it into a page’s code view, or the form alone into a block “Custom HTML”. Only administrators and editors keep forms when they save a page (not on multisites): check your page afterwards.
form-site-hugo = Hugo
form-works-hugo = Put the form into this file, and the last line into any page.
form-site-jekyll = Jekyll
form-works-jekyll = Put the form into this file, and the last line into any page.
form-site-link = A link
form-works-link = Works everywhere, also in mails and where forms are taken away.
form-found-whole = The form is there and complete.
form-found-broken = The form is there, but something is wrong with it.
form-found-none = No form of this newsletter is on the page, as far as it can be read without scripts.
form-found-stripped = A field for an address is there, but its form is gone: the site took it away when the page was saved.
form-found-link = A link to the newsletter’s own page is there; it works.
form-found-insecure = It leads to an address without https.
form-posts-good = It posts (method="post").
form-posts-bad = It does not post: method="post" is missing, so the address would stand in the address bar.
form-field-good = Its field is called “email”.
form-field-bad = Its field is not called “email”: name="email" is missing.
form-label-good = Its field has a label.
form-label-bad = Its field has no label: people who hear the page do not know what to type.
form-button-good = It has a button.
form-button-bad = It has no button.
form-speaks = It answers in { $language }, as its hidden field “lang” says.
form-speaks-visitor = It answers in the language of each visitor’s browser, else in { $language }: there is no hidden field “lang”.
form-speaks-unknown = Its hidden field “lang” says { $language }, for which there are no texts.

## Console: start
console-start = Begin a newsletter
start-look-title = Your blog
start-blog = Address of the blog
start-blog-help = Facteur reads its feed, title, language and colour. Nothing is stored yet.
start-look = Look at it
start-no-address = This is no web address: write it as https://blog.example.org
start-preview-title = The digest that it would send
start-feed = From the feed { $feed }
start-no-post = The feed holds no post yet.
start-make-title = Your newsletter
start-name = Name
start-name-help = What readers see.
start-from = Sender
start-from-help = A name and an address: Le carnet <carnet@example.org>
start-postal = Who publishes it, and where
start-postal-help = Name and postal address; the law asks for them. You can add them later.
start-zone = Time zone
start-zone-help = The clock of your newsletter, such as Europe/Paris.
start-rhythm = How often
start-archive = Who may read on the web what it will have sent
start-effect = It begins in test mode: nothing goes to readers before you press “Go live”. A test of it is sent to you.
start-create = Begin it
said-started = The newsletter is there, in test mode. A test of its first digest is on its way to you.

## What comes back (facteur bounce explain)
bounce-kind-bounce = Not delivered
bounce-kind-complaint = Complaint
bounce-kind-delay = Delay
bounce-kind-success = Delivered
bounce-kind-auto-reply = Automatic answer
bounce-kind-receipt = Read receipt
bounce-kind-rejected = Refused by the recipient’s own filter
bounce-kind-challenge = Challenge to the sender
bounce-kind-leave = Unsubscription by mail
bounce-kind-dmarc = DMARC report
bounce-kind-feedback = Feedback that takes nobody off
bounce-kind-human = Mail from a person
bounce-kind-unknown = Automatic mail, not understood
bounce-sign-part = a part for programs says so
bounce-sign-field = a field of its head says so
bounce-sign-words = its sender and its words say so
bounce-sign-subject = its subject says so
bounce-sign-attachment = what is attached says so
bounce-sign-notice = the provider’s notification says so
bounce-sign-nothing = nothing marks it as anything else
bounce-outcome-dead = the address does not exist; no more mail goes to it
bounce-outcome-full = the mailbox takes nothing now; counted by days
bounce-outcome-refused = refused; says nothing about the address
bounce-outcome-expired = given up after several attempts; says nothing about the address
bounce-outcome-unclear = not delivered, for an unknown reason
bounce-outcome-delayed = not delivered yet; still being tried
bounce-outcome-delivered = delivered
bounce-outcome-leaves = wants no more mail
bounce-because-status = the field Status:
bounce-because-diagnostic = the code in Diagnostic-Code:
bounce-because-beside = the code in the text beside the address:
bounce-because-words = the server’s words
bounce-because-action = the field Action alone
bounce-because-nothing = nothing
bounce-phrase = (“{ $phrase }”)
bounce-class = { $class } (concerns { $about })
bounce-about-address = the address
bounce-about-mailbox = the mailbox
bounce-about-sender = our sender address
bounce-about-us = our server
bounce-about-text = the message
bounce-about-server = their server
bounce-about-policy = a rule of the receiver
bounce-class-sender = sender refused
bounce-class-no-such-user = no such user
bounce-class-no-such-domain = no such domain
bounce-class-bad-address = malformed address
bounce-class-disabled = account closed
bounce-class-moved = recipient moved
bounce-class-full = mailbox full
bounce-class-too-large = message too large
bounce-class-reputation = poor reputation
bounce-class-relay = relaying denied
bounce-class-authentication = authentication
bounce-class-pace = too many messages at a time
bounce-class-greylisted = greylisted
bounce-class-spam = taken for spam
bounce-class-content = content refused
bounce-class-expired = time is up
bounce-class-loop = mail loop
bounce-class-network = server not reachable
bounce-class-system = their server has a fault
bounce-class-policy = refused by a rule
bounce-label-from = From
bounce-label-subject = Subject
bounce-label-nobody = (no address)
bounce-label-outcome = Consequence
bounce-label-original = Sent to
bounce-label-class = Reason
bounce-label-because = According to
bounce-label-said = Reply
bounce-label-envelope = Envelope
bounce-label-to = To
bounce-label-message-id = Message-ID
bounce-label-original-to = Our mail to
bounce-label-leave = Unsubscription

## An owner's own words for letters and pages
settings-to-texts = Texts
texts-title = Letters and pages
texts-lead = What the newsletter says to its readers, in each language. Texts that you do not change stay ours, also when a new version words them better.
texts-letters = Letters
texts-pages = Pages
texts-queue = A letter is made when it leaves, so a letter that waits already has the new words, too.
texts-own = { $count ->
    [one] { $count } text changed
   *[other] { $count } texts changed
 }
texts-changed = changed
texts-back = All letters and pages
texts-back-settings = Back to the settings
texts-languages = Languages
texts-most = At most { $most } characters.
texts-hole-must = { $mark } must stand in it: { $what }.
texts-hole-may = { $mark } may stand in it: { $what }.
texts-hole-newsletter = the newsletter’s name
texts-hole-days = how many days the link works
texts-hole-rhythm = how often mails come
texts-ours = Ours:
texts-ours-none = Ours says nothing here.
texts-described = While the paragraph is ours, the newsletter’s description stands in its place.
texts-save = Save
texts-preview = Preview
texts-preview-text = Preview as plain text
texts-preview-title = How it will look
texts-preview-help = With what is stored; “Preview” shows what you have typed and stores nothing. Links, what the law asks for and what keeps readers safe stay as they are.
texts-no-preview = This cannot be shown yet
texts-to-ours = Back to ours
texts-to-ours-help = The text is ours again; what you have typed elsewhere on this page is saved.
texts-to-ours-of = Back to ours: { $part }
texts-stale = Nothing was saved: somebody else has changed these texts in the meantime. The preview shows theirs; what you typed is below. “Save” puts yours in their place.
said-texts-saved = Saved. Letters that leave from now on, and the pages, have these words.
said-texts-ours = The text is ours again.
texts-place-confirm = Letter: please confirm
texts-when-confirm = To somebody who filled in the form.
texts-place-already = Letter: you are already in
texts-when-already = To a subscriber whose address was entered in the form once more.
texts-place-change = Letter: confirm your new address
texts-when-change = To the new address of a subscriber who wants another one.
texts-place-link = Letter: your settings link
texts-when-link = To whoever asks to change their settings; its link works for a day.
texts-place-moving = Letter: another address was requested
texts-when-moving = To the present address of a subscriber who wants another one.
texts-place-welcome = Letter: welcome
texts-when-welcome = To whoever confirms for the first time, where the newsletter welcomes.
texts-place-stay = Letter: do you wish to stay?
texts-when-stay = To a subscriber who was silent for long.
texts-place-form = Page with the form
texts-when-form = What visitors see first.
texts-place-thanks = Page: look into your mailbox
texts-when-thanks = After the form; the same for everybody, so that nobody learns who is subscribed.
texts-place-last-step = Page: last step
texts-when-last-step = Behind the link of the letter that asks to confirm.
texts-place-confirmed = Page: confirmed
texts-when-confirmed = After the button of the last step.
texts-place-confirmed-before = Page: already confirmed
texts-when-confirmed-before = When somebody opens that link once more.
texts-place-expired = Page: the link has expired
texts-when-expired = When somebody opens that link too late.
texts-place-ended = Page: the subscription has ended
texts-when-ended = When somebody who has left opens that link.
texts-place-leave = Page: unsubscribe
texts-when-leave = Behind the link at the foot of each mail.
texts-place-left = Page: unsubscribed
texts-when-left = After its button.
texts-place-returned = Page: welcome back
texts-when-returned = When somebody takes that back.
texts-place-new-address = Page: the address is changed
texts-when-new-address = After the new address was confirmed.
texts-place-will-stay = Page: do you wish to stay?
texts-when-will-stay = Behind the link of the letter that asks.
texts-place-stayed = Page: staying
texts-when-stayed = After its button.
texts-part-subject = Subject and heading
texts-part-first-line = First line, which lists of mails show after the subject
texts-part-opening = Opening
texts-part-explanation = What it is about
texts-part-heading = Heading
texts-part-paragraph = Paragraph
texts-part-advice = Advice below
texts-part-button = Word on the button
texts-part-closing = Closing

## What cannot stand in such a text (part of a line, no full stop)
wrong-text-empty = is empty; write something, or press “Back to ours”
wrong-text-lines = must stand on one line
wrong-text-control = holds a character that nobody sees (of control, or one that turns the direction of writing); type it anew
wrong-text-long = longer than { $most } characters
wrong-text-hole = { $typed } is nothing that can be put in; there is: { $known }
wrong-text-no-holes = { $typed } cannot stand here: nothing is put into this text
wrong-text-brace = holds a brace that neither begins nor ends a mark such as {"{"}newsletter{"}"}
wrong-text-missing = { $mark } is missing: readers must see it there
wrong-text-address = holds a web address; letters and pages have the links that they need, so leave it out

## The logo
logo-title = Logo
logo-file = Picture
logo-file-help = PNG, JPEG, WebP or GIF up to 5 MB; it stands above each digest and letter, at most 240 by 96 pixels. One with see-through parts gets a ground of its own, so that it can be seen on dark screens.
logo-alt = What it says to those who do not see it
logo-alt-help = Empty: { $name }
logo-save = Save the logo
logo-remove = Remove the logo
said-logo-saved = The logo stands above digests and letters from now on.
said-logo-still = The logo is stored; of the moving picture, the first image stands.
said-logo-removed = The logo is gone. Mails that were sent still show it.

## Doctor
doctor-title = Doctor
doctor-of = Mails from { $domain }
doctor-lead = What mails need besides Facteur to arrive: records in the DNS of your domain, a mail server, a public address. Facteur looks once a day and tells you when something turns bad.
doctor-looked-at = Last look: { $when }.
doctor-in-short = { $faults ->
    [0] No fault
    [one] { $faults } fault
   *[other] { $faults } faults
 }, { $warnings ->
    [0] no warning
    [one] { $warnings } warning
   *[other] { $warnings } warnings
 }, { $unknown } not checkable, { $ok } in order.
doctor-not-yet = Nobody has looked yet.
doctor-again = Look again
doctor-again-help = It takes some seconds. Records that you have just changed are seen at once, because the servers of your domain are asked directly.
doctor-first-title = The first mailing waits
doctor-first-lead = It would be the first to so many people. It leaves by itself once no fault is left. Large mailbox providers judge a new sender by its first mailing, and remember.
doctor-waive = Send it all the same
doctor-is-waived = An editor has decided that the first mailing leaves whatever is found here.
doctor-lines = What was found
doctor-found = Found:
doctor-by = (said by { $server })
doctor-wanted = Should be:
doctor-wanted-name = Name of the { $type } record to put there
doctor-wanted-value = Its value
doctor-copy = Copy
doctor-copied = Copied
doctor-zone = All records as a zone file
doctor-zone-label = For whoever looks after the DNS of your domain
doctor-line = { $check }: { $words }
doctor-line-about = { $check } ({ $about }): { $words }
doctor-has-faults = the doctor has found faults; mend them, then look again
doctor-has-warnings = the doctor has found nothing bad, but something to mend
doctor-verdict-ok = In order
doctor-verdict-unknown = Not checkable
doctor-verdict-warning = Warning
doctor-verdict-fault = Fault
doctor-check-spf = SPF
doctor-check-dkim = DKIM
doctor-check-dmarc = DMARC
doctor-check-alignment = Alignment with the sender
doctor-check-mx = Mail that comes back
doctor-check-reverse = Name of the sending address
doctor-check-relay = Mail server
doctor-check-extensions = What the mail server offers
doctor-check-https = Public address
doctor-check-one-click = Unsubscribing in one click
doctor-check-clock = Clock
doctor-check-feed = Feeds
doctor-check-disk = Disk
doctor-check-backup = Backup
doctor-check-dns = Name servers
## DMARC reports
dmarc-title = Who sends as { $domain }
dmarc-lead = What other mail servers reported (DMARC): from where they got mails of this domain, and how many passed. A server of yours that does not pass lacks SPF and DKIM. What does not pass and is not yours is forged, or was forwarded on its way.
dmarc-week = Week of { $day }: { $passed } of { $count ->
    [one] { $count } mail
   *[other] { $count } mails
 } passed, { $quarantined } among spam, { $rejected } refused; { $reporters ->
    [one] { $reporters } reporter
   *[other] { $reporters } reporters
 }
dmarc-column-source = Sent from
dmarc-column-passed = Passed
dmarc-column-proofs = By which proof
dmarc-others = all others
dmarc-passed = { $passed } of { $count } passed
dmarc-proofs = DKIM { $dkim }, SPF { $spf }
dmarc-refused-foreign = { $count ->
    [one] One report was about a domain that no newsletter here sends from, and was not taken.
   *[other] { $count } reports were about domains that no newsletter here sends from, and were not taken.
 }
dmarc-refused-broken = { $count ->
    [one] One report could not be read, and was not taken.
   *[other] { $count } reports could not be read, and were not taken.
 }
dmarc-refused-too-large = { $count ->
    [one] One report was too large, and was not taken.
   *[other] { $count } reports were too large, and were not taken.
 }
dmarc-refused-too-many = { $count ->
    [one] One report was more than may come about one domain and week, and was not taken.
   *[other] { $count } reports were more than may come about one domain and week, and were not taken.
 }
said-doctor-looked = Looked at just now.
said-doctor-looks = Facteur is still looking. Open this page again in a minute.
said-doctor-waived = The first mailing leaves whatever is found here.
finding-dns-off = no name server is asked ([dns] servers is empty), so SPF, DKIM, DMARC and the others were not looked at
finding-dns-blocked = the servers of the domain cannot be reached from here, so a resolver was asked: what it says may be some hours old
finding-not-answered = no answer about { $name }: { $words }
finding-took-too-long = this took too long and was given up; look again
finding-spf-good = the record lets your mail server send; receivers make { $count } of the 10 look-ups that they allow
finding-spf-missing = there is no record, so nobody can know that your mail server may send
finding-spf-several = there are { $count } records, and receivers then use none; make one of them
finding-spf-broken = “{ $term }” in the record of { $domain } is no term of SPF, and receivers then use nothing of it
finding-spf-nowhere = the record sends receivers on to { $domain }, which has none; they then use nothing of it
finding-spf-lookups = receivers would have to make { $count } look-ups, and give up after 10; take out what no longer sends for you
finding-spf-void = { $count } names in the record lead nowhere, and receivers give up after 2; take them out
finding-spf-everybody = the record lets everybody send in your name (+all); end it with ~all or -all
finding-spf-open = the record says nothing about those who may not send; end it with ~all or -all
finding-spf-ptr = the record uses “ptr”, which is slow and which many receivers pass over; name addresses instead
finding-spf-uncovered = the record does not let { $host } ({ $address }) send
finding-spf-unknown = the public address of { $host } is not known here, so it cannot be said whether the record lets it send
finding-spf-macro = a macro of the record decides, which only a receiver can fill
finding-dkim-none = Facteur has no key for this domain, so it signs nothing; if your mail server signs, send yourself a test and look at its headers
finding-dkim-good = the record holds exactly the key that signs
finding-dkim-missing = there is no record for this key, so its signatures are worth nothing
finding-dkim-several = there are { $count } records, and receivers may take the wrong one; leave the right one alone
finding-dkim-broken = the record cannot be read: { $term }
finding-dkim-revoked = the record says that this key was taken back (p= is empty)
finding-dkim-other = the record holds another key than the one that signs
finding-dkim-kind = the record is for a key of the kind “{ $kind }”
finding-dkim-unfit = the record forbids SHA-256 (h=) or mail (s=) for this key
finding-dkim-trial = the record says that the domain only tries DKIM out (t=y); receivers may pass over the signature
finding-dkim-wildcard = every name below has a record (a wildcard), so a missing key does not look missing; take the wildcard out
finding-dmarc-good = { $domain } asks receivers for “{ $policy }”
finding-dmarc-missing = there is no record; Gmail, Yahoo and Microsoft want one of whoever sends to many
finding-dmarc-several = there are { $count } records, and receivers then use none; leave one
finding-dmarc-broken = receivers pass over the record because of “{ $term }”
finding-dmarc-old = the record has tags that receivers no longer read ({ $tags }); take them out
finding-dmarc-unheard = reports of receivers do not come to Facteur; with { $address } in rua=, you see each week who sends as this domain
finding-dmarc-reports-unwanted = reports go to { $address }, whose domain must say that it takes them; without this record nobody sends any
finding-aligned-both = SPF and DKIM both speak for the sender that readers see
finding-aligned-dkim = DKIM speaks for the sender that readers see; SPF, for another domain
finding-aligned-dkim-alone = DKIM speaks for the sender that readers see; SPF would, too, but does not pass for sure (see SPF)
finding-aligned-spf = SPF speaks for the sender that readers see, and no signature of Facteur does: a mail that is forwarded loses that proof
finding-aligned-spf-alone = SPF speaks for the sender that readers see; DKIM would, too, but does not pass for sure (see DKIM): a mail that is forwarded loses the proof of SPF
finding-aligned-fails = what would speak for the sender that readers see does not pass ({ $by }, see above), so DMARC fails unless your mail server signs for this domain
finding-aligned-open = whether what speaks for the sender that readers see passes could not be found out ({ $by }, see above)
finding-aligned-none = neither SPF ({ $envelope }) nor a key of Facteur speaks for the sender that readers see, so DMARC fails
finding-mx-good = it takes mail
finding-mx-no-bounces = no domain for bounces is set, so reports about dead addresses come to the sender’s own mailbox, and cannot be told apart for sure
finding-mx-missing = it takes no mail: it has neither an MX record nor an address
finding-mx-null = it says that it takes no mail at all (null MX), and many servers then refuse mails from it
finding-mx-nowhere = its mail server { $host } has no address
finding-reverse-good = its name is { $name }, which leads back to it
finding-reverse-missing = it has no name (PTR record), and large providers refuse mail from such addresses; whoever rents the machine out to you sets it
finding-reverse-other = its name is { $name }, but that name has another address
finding-reverse-unknown = its public address is not known here
finding-relay-good = it answers, encrypted with { $tls }
finding-relay-near = it answers, on this machine
finding-relay-clear = it answers, but mails travel to it in clear text
finding-relay-failed = no mail can be handed to it: { $words }
finding-relay-no-auth = a user name is set, but it offers no way to log in that Facteur knows
finding-relay-offers = { $count ->
    [one] one extension
   *[other] { $count } extensions
 }
finding-https-good = it answers, and its certificate holds
finding-https-clear = it is http: unsubscribing in one click needs https, and browsers warn
finding-https-failed = it does not answer: { $words }
finding-https-unknown = it cannot be asked from here: { $words }
finding-one-click-good = a mail program’s request is taken at once, without a redirect
finding-one-click-redirect = something in front of Facteur answers { $status } and redirects to “{ $to }”; mail programs then do not unsubscribe anybody
finding-one-click-status = something in front of Facteur answers { $status } instead of 200 (a firewall, a gate against robots); mail programs then do not unsubscribe anybody
finding-clock-good = right to some seconds
finding-clock-off = off by { $seconds ->
    [one] one second
   *[other] { $seconds } seconds
 }; mails are dated wrongly and look like spam. Have the machine set it by NTP
finding-clock-unknown = no server told its time to compare with
finding-feed-good = { $count ->
    [one] the feed can be read
   *[other] all { $count } feeds can be read
 }
finding-feed-none = there is no feed, so new posts must be written or given by hand
finding-feed-failing = a feed cannot be read; the settings say why
finding-disk-good = { $free } MiB are free
finding-disk-low = only { $free } MiB are free; sending halts before the disk is full
finding-disk-unknown = the disk of the database is not to be seen from here
finding-backup-unknown = Facteur knows of no backup; whoever looks after the machine knows
finding-loop-spf-good = the receiver finds that the sending server may send for the envelope’s domain
finding-loop-spf-bad = the receiver says “{ $result }”: the SPF record of the envelope’s domain does not let the server send from which the mail came (a mailbox that forwards changes that server)
finding-loop-dkim-good = the signature holds
finding-loop-dkim-bad = the receiver says “{ $result }” of this signature: compare its record with `facteur doctor`, and see whether a server on the way changes mails; some receivers do not know Ed25519
finding-loop-dkim-none = the mail has no signature: make a key with `facteur dkim new`, or let your mail server sign
finding-loop-dmarc-good = DMARC passes: SPF or DKIM speaks for the sender that readers see
finding-loop-dmarc-bad = the receiver says “{ $result }”: neither SPF nor DKIM speaks for the sender that readers see; mend the lines above
finding-loop-dmarc-none = the receiver finds no DMARC record of the sender’s domain; `facteur doctor` shows the one to paste
finding-loop-not-judged = the receiver says nothing of it
finding-loop-later = the receiver could not tell at that moment (“{ $result }”): mostly a name server that was silent; try again
finding-loop-no-results = the mail arrived, and its server wrote no Authentication-Results that could be believed; try a mailbox of a large provider, or name the server (--server)

## Console: what came back
returned-title = What came back
returned-lead = Mail servers report addresses that do not exist, and people answer. What Facteur understands it deals with by itself; here is what needs you. Nothing is deleted.
returned-empty = Nothing waits for you.
returned-open = Not dealt with yet
returned-back = Back to what came back
returned-burst-title = Many addresses at once
returned-burst = { $count ->
    [one] One address was reported as dead together with others, more than is likely. It waits for your word.
   *[other] { $count } addresses were reported as dead together, more than is likely. They wait for your word.
}
returned-alive = It was a mistake: keep them
returned-alive-effect = They go on getting your mailings.
returned-dead = They are dead: send them nothing more
returned-dead-effect = They leave the list as “bounced”; each comes back by signing up again.
returned-kind-hard = Address does not exist
returned-kind-soft = Mailbox full or closed for a while
returned-kind-complaint = Reported as unwanted
returned-kind-leave = Wants to unsubscribe
returned-kind-answer = Somebody wrote
returned-kind-passing = Nothing to do
returned-kind-unclear = Not understood
returned-one = What came back
returned-file-title = What is it about?
returned-file-email = The subscriber’s email address
returned-file-kind = What happened
returned-file = File it
returned-aside = Put it aside
returned-nobody = Nobody on this list has that address. Look at the mail below: it often names another one.
returned-mail = The mail
returned-take = Download it as a file
returned-cut = Only its beginning is shown.
returned-no-mail = The mail itself was not kept.
said-returned-dead = { $count ->
    [one] One address gets nothing more.
   *[other] { $count } addresses get nothing more.
}
said-returned-alive = { $count ->
    [one] One address is kept.
   *[other] { $count } addresses are kept.
}
said-returned-aside = Put aside.
said-returned-filed = Filed.
said-returned-gone = Somebody else has dealt with it meanwhile; nothing changed.
suppression-none = Nothing keeps this address out.
suppression-kept = This address is kept out:
suppression-lifted = Lifted before:
suppression-because = --because: say why in 1 to 500 characters on one line; it is kept for good
suppression-removed = The address is not kept out any more. Nobody was subscribed by this: the person can sign up again.
bounce-file-kinds = a row is filed as hard, soft, complaint or leave
bounce-file-nobody = nobody on this newsletter has that address; `facteur subscriber list NEWSLETTER` shows all
bounce-not-open = this row does not wait (any more); `facteur bounce list` shows those that do
bounce-no-row = there is no such row; `facteur bounce list` shows them
bounce-empty = nothing came on standard input: a mail server hands a mail over, or `facteur bounce < FILE`

## Warm-up: a sender that large mailbox providers do not know
warmup-title = Warm-up
warmup-see = How it warms up
warmup-why = Large mailbox providers distrust a sender who begins with many mails. So a new sender’s first digests leave in daily slices that grow, the newest readers first; everybody gets each digest, some of them later. While bounces or complaints warn, a slice is as large as the one before. A newsletter whose readers fit into the first slice waits for nothing.
warmup-plan-new = { $count ->
    [one] { $domain } is new to large mailbox providers; all of this fits into one day’s slice ({ $figures }): { $ends }.
   *[other] { $domain } is new to large mailbox providers: this leaves in { $count } daily slices, the newest readers first ({ $figures }). The last leaves { $ends }.
 }
warmup-plan-import = { $count ->
    [one] So many people were imported that { $domain } warms up; all of this fits into one day’s slice ({ $figures }): { $ends }.
   *[other] So many people were imported that { $domain } warms up: this leaves in { $count } daily slices, the newest readers first ({ $figures }). The last leaves { $ends }.
 }
warmup-runs = Warm-up of { $domain }, day { $day } of { $days }: { $today } of { $readers } leave today, { $given } so far; the rest follows by { $ends }.
warmup-held = Today’s slice is no larger than the one before, because too much came back or readers complained.
warmup-doctor = { $count ->
    [one] This is the first digest to more than one person: it waits until the doctor finds no fault, or an editor says that it may go.
   *[other] This is the first digest to more than { $count } people: it waits until the doctor finds no fault, or an editor says that it may go.
 }
warmup-off = { $domain } does not warm up: [warmup] first_day is 0.
warmup-unknown = Nothing has been sent from { $domain } yet. Its first day may bring { $first } mails.
warmup-none = { $domain } does not warm up: it has sent to { $most } people at once.
warmup-goes-on = { $domain } warms up. Its present day may bring { $allowance } mails.
warmup-digests = Digests that leave in slices
warmup-next = What the schedules would send next
warmup-end-title = End the warm-up
warmup-end-effect = Everything that waits for a day to come leaves now, and the next digests leave at once, those of all newsletters with this sender’s domain. Do this when the domain is known elsewhere already, for example because another program sent from it.
warmup-end = End the warm-up
said-warmup-ended = The warm-up has ended: digests leave at once.
said-digest-at-once = Everything leaves now.
said-digest-at-once-waiting = When it leaves, it leaves to everybody at once.
digest-act-at-once-waiting = { $count ->
    [one] Let it leave to { $count } person at once, not day by day
   *[other] Let it leave to all { $count } people at once, not day by day
 }
digest-act-at-once-waiting-effect = Nothing is sent yet. The large mailbox providers may take many mails from a new sender for spam.
digest-act-at-once = { $count ->
    [one] Send to { $count } person now, not day by day
   *[other] Send to { $count } people now, not day by day
 }
digest-act-at-once-effect = The large mailbox providers may take many mails from a new sender for spam. The warm-up goes on with the next digest.
today-slices = “{ $subject }”: { $words }
settings-to-warmup = Warm-up
label-warmup = warm-up
rule-digest-at-once = only a digest that waits or leaves can leave all at once
cli-warmup-sending = sending it all
cli-warmup-ending = ending the warm-up
cli-warmup-ask = { $count ->
    [one] Send to { $count } person now, though the sender warms up?
   *[other] Send to { $count } people now, though the sender warms up?
 }
cli-warmup-ask-end = End the warm-up of { $domain }? What waits leaves now.
cli-warmup-not = the warm-up goes on
cli-warmup-sent = Digest { $id } leaves all at once.
cli-warmup-ended = The warm-up of { $domain } has ended: digests leave at once.
cli-warmup-none = { $domain } does not warm up; nothing was changed.
cli-warmup-no-domain = no newsletter is sent from { $domain }

# What was done, tokens, the instance, texts of before, drafts handed over.
activity-title = Activity
activity-lead = What people and programs did here. Each line is chained to the one before it, and holds no address of a reader.
activity-which = Which lines
activity-newsletter = Newsletter
activity-what = What was done
activity-who = By whom
activity-all = all
activity-show = Show
activity-rows = What was done, the newest first
activity-none = Nothing has been recorded.
activity-older = Older lines
activity-take = Take it away, check it
activity-take-lead = A file of the lines that are shown above, older ones too, with ids and without names. That you took it is recorded.
activity-csv = As CSV
activity-json = As JSON
activity-verify = Check that it is whole
activity-verify-lead = A line that was changed or removed, and an end that was cut off, are found. Who has the whole database in hand could make the chain anew: note its end elsewhere from time to time, and `facteur activity verify --noted` tells.
activity-not-whole = The record of activity is not whole.
activity-end = End of the chain, worth noting elsewhere:
activity-newsletter-gone = a newsletter that was removed
activity-token = token { $name }
activity-actor-person = somebody without an account any more
activity-actor-token = a token that was revoked
activity-actor-command = command line
activity-actor-visitor = a reader
activity-actor-system = Facteur
activity-session-begun = signed in
activity-session-ended = ended sessions
activity-person-invited = invited somebody
activity-person-joined = chose a password by a link
activity-person-renamed = changed a name or a language
activity-person-password = changed a password
activity-person-second-factor-on = turned the second factor on
activity-person-second-factor-off = turned the second factor off
activity-person-linked = linked an account of a provider of log-ins
activity-person-unlinked = ended the link with a provider of log-ins
activity-person-recovery-codes = made new recovery codes
activity-passkey-added = added a passkey
activity-passkey-renamed = renamed a passkey
activity-passkey-removed = removed a passkey
activity-passkey-doubted = shut a passkey that may have been copied
activity-person-disabled = kept somebody out
activity-person-enabled = let somebody in again
activity-person-roles = changed a role in the whole instance
activity-token-created = made a token
activity-token-revoked = revoked a token
activity-newsletter-created = made a newsletter
activity-newsletter-changed = changed settings
activity-newsletter-logo = changed the logo
activity-newsletter-texts = changed texts of letters or pages
activity-newsletter-archive = changed who may see the archive
activity-newsletter-slug = gave the newsletter another short name
activity-newsletter-letters = changed letters to readers
activity-topic-added = added a topic
activity-topic-changed = changed a topic
activity-topic-removed = removed a topic
activity-digest-page = changed who may see a digest’s page
activity-newsletter-notice = switched notices of new subscribers
activity-newsletter-live = let the newsletter go live
activity-newsletter-test = put the newsletter back to test mode
activity-newsletter-deleted = deleted the newsletter
activity-newsletter-restored = took the newsletter back
activity-schedule-added = added a rhythm
activity-schedule-changed = changed a rhythm
activity-schedule-removed = removed a rhythm
activity-feed-added = added a feed
activity-feed-moved = changed a feed’s address
activity-feed-removed = removed a feed
activity-subscribers-exported = exported subscribers
activity-subscriber-exported = exported one subscriber
activity-subscriber-erased = erased a subscriber
activity-subscriber-added = added a subscriber by hand
activity-subscriber-imported = imported subscribers
activity-subscriber-left = unsubscribed somebody
activity-subscriber-moved = put subscribers on another rhythm
activity-subscriber-resent = had confirmations sent again
activity-activity-exported = exported this record
activity-draft-deleted = threw a draft away
activity-draft-restored = brought a draft back
activity-draft-shared = shared a draft by a link
activity-draft-share-ended = ended a draft’s link
activity-digest-tested = sent test copies of a digest
activity-letters-settled = decided about letters in doubt
activity-returned-decided = decided about mails that came back
activity-dkim-key = changed a DKIM key
activity-digest-approved = let a digest go
activity-digest-released = sent a digest
activity-digest-waiting = had a digest wait
activity-digest-leaving = had a digest leave by itself
activity-digest-edited = changed a digest
activity-digest-sending = had mails of a digest leave
activity-digest-paused = paused a digest
activity-digest-resumed = resumed a digest
activity-digest-reopened = had a digest tried again
activity-digest-finished = ended a digest
activity-digest-skipped = skipped a digest
activity-digest-cancelled = cancelled a digest
activity-post-included = included a post
activity-post-skipped = left a post out
activity-post-published = published a post
activity-post-taken-back = took a post back
activity-sending-held = held all sending
activity-sending-resumed = resumed sending
activity-team-given = gave a role in a newsletter
activity-team-taken = took a role away
activity-doctor-waived = let a first digest go whatever the doctor finds
activity-warmup-ended = ended a warm-up
activity-warmup-waived = had a digest leave all at once
activity-fault-changed = line { $row } does not fit what stands before it: it, or the line before, was changed
activity-fault-missing = lines { $first } to { $last } are missing
activity-fault-cut-off = the newest line is { $newest }, and the chain ended with { $noted }: lines at its end are missing
activity-fault-other-end = line { $row } is not the one that the chain ended with
activity-fault-no-end = the end of the chain is not noted any more
activity-fault-not-as-noted = line { $row } is not the one that you noted, or is not there: the chain was made anew, or this is an older copy
cli-activity-noted = --noted: `{ $typed }` is no end of a chain; `facteur activity verify` prints one, such as 12:AbC…
cli-activity-end = End of the chain, worth noting elsewhere: { $end }
tokens-title = API tokens
tokens-lead = What lets programs in, such as a blog that announces its posts. A token is shown once, and kept as a hash.
tokens-there = Tokens
tokens-none = There is no token yet.
tokens-over = over
tokens-all-verbs = everything
tokens-ends = Ends { $when }.
tokens-used = Last used: { $when }.
tokens-whose = Belongs to { $person }.
tokens-revoke = Revoke { $name }
tokens-make = Make a token
tokens-name = Name
tokens-name-help = Such as the program that will use it.
tokens-may = What it may do
tokens-verb-read = look: newsletters, digests, numbers
tokens-verb-write = add posts
tokens-verb-readers = see and change subscribers (personal data)
tokens-verb-send = send, stop and steer digests
tokens-verb-manage = everything else: settings, activity
tokens-for = Good for
tokens-yours = It belongs to you: it ends when you get another password or another role, or may not come in any more.
tokens-no-verb = Tick at least one thing that it may do.
tokens-no-end = Choose for how long, and where.
tokens-taken = There is already a token of this name.
tokens-made = The token
tokens-made-lead = { $name } can be used at once.
tokens-token = Token
tokens-made-help = Keep it in a safe place: it is shown only now. Programs send it as “Authorization: Bearer …”.
tokens-back = To the tokens
said-token-revoked = The token is void from now on.
system-title = System
system-state = How it stands
system-version = Version
system-database-label = Database
system-database = { $kind }, { $size }, schema { $schema }
system-queue = Waiting to leave
system-oldest = The oldest was asked for { $when }.
system-servers = Mail servers
system-alarm = No mail leaves:
system-no-alarm = Nothing keeps mail from leaving.
system-settings = Settings
system-settings-lead = Every key of the configuration as it counts here, with the file and line where it was set. Passwords are masked.
system-own = set
text-revisions-back = To the texts
text-revisions-help = Every text of your own that was stored, the newest first.
text-revisions-none = There were always our words here.
text-revisions-ours = back to our words
text-revisions-current = What stands now
text-revisions-take-help = It is used from now on. What stands now stays among the earlier texts.
cli-text-no-revision = there is no earlier text of this number; `facteur newsletter text revisions` lists them
share-title = Have it read
share-back = To the draft
share-lead = A link for whoever is to read this text before it is sent, a board for instance: without an account, to read only. It shows the text as it was last saved. Whoever has the link can read it.
share-open = Links that are open
share-link = Link
share-made-by = Made { $at } by { $person }.
share-made-at = Made { $at }.
share-ends = The link ends { $at }.
share-end = End this link
share-make = Make a link
said-share-made = The link is there. Hand it over to whoever is to read.
said-share-ended = The link opens nothing any more.
share-refusal-too-many = there are { $most } links of this draft already; end one first
share-refusal-days = a link is good for 1 to { $most } days
share-refusal-gone = the draft was thrown away
shared-lead = A draft of { $newsletter }, to be read before it is sent. Nothing has been published yet.
shared-over-title = Nothing to read here
shared-over-lead = This link was ended, its day has passed, or it was cut short. Ask whoever gave it to you for a new one.
activity-whole = { $count ->
    [one] The record is whole: { $count } line.
   *[other] The record is whole: { $count } lines.
 }
activity-more-faults = There may be more: only the first { $count } are told.
tokens-days = { $count ->
    [one] { $count } day
   *[other] { $count } days
 }
system-letters = { $count ->
    [one] { $count } letter waits.
   *[other] { $count } letters wait.
 }
system-digests = { $count ->
    [one] { $count } digest on its way, with { $mails } mails to go.
   *[other] { $count } digests on their way, with { $mails } mails to go.
 }
cli-draft-unshared = { $count ->
    [one] { $count } link opens nothing any more.
   *[other] { $count } links open nothing any more.
 }
## Statistics
console-stats = Statistics
today-see-stats = How it has grown
stats-lead = All of this comes from what Facteur does: who asked, who confirmed, what mail servers answered, who left. No mail holds a picture that reports, and no link goes by another address.
stats-spans = Over which days
stats-span-30d = 30 days
stats-span-90d = 90 days
stats-span-365d = A year
stats-span-all = All
stats-growth = Growth
stats-readers = { $count ->
    [one] { $count } reader
   *[other] { $count } readers
 }
stats-joined = { $count ->
    [one] { $count } joined.
   *[other] { $count } joined.
 }
stats-gone = { $count ->
    [one] { $count } is a reader no more.
   *[other] { $count } are readers no more.
 }
stats-readers-title = Readers
stats-moves-title = Who joined, and who is a reader no more
stats-high = Highest: { $value }
stats-low = Lowest: { $value }
stats-mark = a digest left
stats-table = The same as a table
stats-by-day = Readers and their changes, by day
stats-by-week = Readers and their changes, by week
stats-by-month = Readers and their changes, by month
stats-column-day = From
stats-column-readers = Readers
stats-column-joined = Joined
stats-column-gone = Readers no more
stats-column-unsubscribed = Left
stats-column-bounced = Address gone
stats-column-complained = Complained
stats-column-erased = Erased
stats-column-form = Form
stats-column-asked = Asked
stats-column-accepted = Letter accepted
stats-column-opened = Page opened
stats-column-confirmed = Confirmed
stats-column-digest = Digest
stats-column-recipients = Sent to
stats-column-left = Left after it
stats-column-time = From
stats-column-accepted-mails = Accepted
stats-column-deferred = “Later”
stats-column-refused = Refused
stats-file-growth = Growth as a file (CSV)
stats-file-forms = Sign-ups as a file (CSV)
stats-file-shares = Readers as a file (CSV)
stats-file-digests = Digests as a file (CSV)
stats-file-timeline = The course as a file (CSV)
stats-file-providers = Providers as a file (CSV)
stats-forms = Sign-ups by form
stats-no-form = Nobody has asked to subscribe in these days.
stats-forms-caption = Steps of sign-ups by form
stats-step-asked = { $count ->
    [one] { $count } asked
   *[other] { $count } asked
 }
stats-step-accepted = { $count ->
    [one] { $count } letter accepted
   *[other] { $count } letters accepted
 }
stats-step-opened = { $count ->
    [one] { $count } page opened
   *[other] { $count } pages opened
 }
stats-step-confirmed = { $count ->
    [one] { $count } confirmed
   *[other] { $count } confirmed
 }
stats-form-words = { $form }: { $asked } asked, { $accepted } letters accepted, { $opened } pages opened, { $confirmed } confirmed
stats-form-imported = An imported file
stats-form-added = Added by hand
stats-form-unknown = Your sign-up page, or a form whose page is not known
stats-shares = Who reads it
stats-no-reader = Nobody yet.
stats-schedules = Rhythms
stats-languages = Languages
stats-origins = Where they came from
stats-share = { $count ->
    [one] { $name }: { $count } reader ({ $percent }%)
   *[other] { $name }: { $count } readers ({ $percent }%)
 }
stats-schedule-gone = A rhythm that is gone
stats-digests = Digests and who left after them
stats-left-title = Who left, digest by digest
stats-digests-caption = The digests that left, the youngest first
stats-no-digest = No digest left in these days.
stats-letter-title = The monthly letter
stats-letter-on = On the first of each month, editors get these numbers of the month before in a letter.
stats-letter-off = Nobody gets these numbers by mail.
stats-letter-end = End the monthly letter
stats-letter-begin = Send it again
said-stats-letter-ends = The monthly letter has ended.
said-stats-letter-begins = The monthly letter tells of this month once it is over.
stats-see-digest = When it left, to which providers, and who left after it
stats-back-digest = Back to the digest
stats-digest-title = Statistics: { $subject }
stats-became = What became of it
stats-timeline = Its course
stats-timeline-title = { $count ->
    [one] What mail servers answered, minute by minute
   *[other] What mail servers answered; a bar stands for { $count } minutes
 }
stats-timeline-caption = What mail servers answered, in order of time
stats-no-answer = No mail server has answered yet, or the digest is older than this count.
stats-providers = By mailbox provider
stats-provider-other = All others
stats-provider-words = { $name }: { $said }.
stats-answer-accepted = { $count ->
    [one] { $count } mail accepted
   *[other] { $count } mails accepted
 }
stats-answer-refused = { $count ->
    [one] { $count } refused
   *[other] { $count } refused
 }
stats-answer-deferred = { $count ->
    [one] “later” said once
   *[other] “later” said { $count } times
 }
stats-digest-accepted = { $count ->
    [one] { $count } mail was accepted by a mail server.
   *[other] { $count } mails were accepted by a mail server.
 }
stats-digest-refused = { $count ->
    [one] { $count } was refused: { $why }.
   *[other] { $count } were refused: { $why }.
 }
stats-digest-open = { $count ->
    [one] { $count } is still to be sent.
   *[other] { $count } are still to be sent.
 }
stats-digest-skipped = { $count ->
    [one] { $count } was not sent, because its reader had left or the rest was cancelled.
   *[other] { $count } were not sent, because their readers had left or the rest was cancelled.
 }
stats-digest-uncertain = { $count ->
    [one] { $count } is in doubt: no answer came.
   *[other] { $count } are in doubt: no answer came.
 }
stats-digest-bounced = { $count ->
    [one] { $count } came back: the address does not exist.
   *[other] { $count } came back: the address does not exist.
 }
stats-digest-complained = { $count ->
    [one] { $count } reader reported it as unwanted.
   *[other] { $count } readers reported it as unwanted.
 }
stats-digest-left = { $count ->
    [0] Nobody left after it.
    [one] { $count } reader left after it.
   *[other] { $count } readers left after it.
 }
stats-digest-unknown = { $count ->
    [one] Of { $count } mail it is not known when and to which provider it went: the machine stopped before that was written down.
   *[other] Of { $count } mails it is not known when and to which provider they went: the machine stopped before that was written down.
 }
stats-plot-readers = Readers: from { $first } to { $last }.
stats-plot-moves = { $joined } joined, { $gone } are readers no more.
stats-plot-left = { $left } readers left after { $digests } digests.
stats-plot-timeline = { $accepted } mails accepted, { $refused } refused, “later” said { $deferred } times.
stats-month = { $month } { $year }
stats-letter-readers = { $count ->
    [one] { $count } reader at the end of the month.
   *[other] { $count } readers at the end of the month.
 }
stats-letter-digests = { $count ->
    [0] No digest left.
    [one] { $count } digest left.
   *[other] { $count } digests left.
 }
stats-letter-digest = { $count ->
    [one] “{ $subject }”: to { $count } reader; { $left } left after it
   *[other] “{ $subject }”: to { $count } readers; { $left } left after it
 }
stats-means-readers = Readers are confirmed or paused.
stats-means-joined = Joined: became a reader on that day, by confirming, by a file, by hand, or by coming back.
stats-means-gone = Readers no more: left, were unsubscribed, complained or were erased, or their address is gone.
stats-means-day = A day begins at midnight UTC.
stats-means-asked = Asked: new people who sent the form, or were brought to be asked; each once, on the day they did.
stats-means-accepted = Letter accepted: people whose first confirmation letter a mail server took.
stats-means-opened = Page opened: people whose page with the button was opened, at least once. Some mail servers open links to examine them, so it may be more than people did.
stats-means-confirmed = Confirmed: people who pressed the button. They may have asked on an earlier day.
stats-means-left = Left after it: readers who left by a link when this was the last digest of their rhythm, each once, also when they came back.
stats-means-shares = Parts of those who are readers now; of more than 50,000 people as they were at the end of the last day.
stats-digest-means-accepted = Accepted: a mail server took the mail. Whether somebody read it, nobody looks.
stats-digest-means-refused = Refused: a mail server will not take the mail.
stats-digest-means-deferred = “Later”: each time a mail server asked to be tried again.
stats-digest-means-left = Left after it: readers who left by a link when this was the last digest of their rhythm, each once, also when they came back.
stats-digest-means-bounced = Came back: reports that an address does not exist.
stats-digest-means-complained = Reported: readers who called it unwanted at their provider.
month-title = The monthly letter
month-lead = On the first of each month a letter brings the numbers of { $newsletter }. It can be begun again on the page “Statistics”.
month-ended-title = It has ended
month-ended-lead = No more letter brings the numbers of { $newsletter }. The page “Statistics” of the console shows them, and can have the letter sent again.
mail-notice-month-subject = { $name } in { $time }
mail-notice-month-body = What happened to { $name } in { $time }. The pictures are part of this message: readers over the month, then who joined and who left, day by day.
mail-notice-link-stats = All of it, with each day:
mail-notice-link-end = To end this monthly message:
cli-stats-not-sent = digest { $id } has not left yet
cli-stats-busy = another process sums the days of { $newsletter } at this moment; try again
cli-stats-rebuilt = { $count ->
    [one] { $newsletter }: summed { $count } day again, from { $from }
   *[other] { $newsletter }: summed { $count } days again, from { $from }
 }
cli-stats-nothing = { $newsletter }: there is no day to sum
oidc-login-button = Sign in with { $name }
oidc-again = Try again with { $name }
oidc-to-login = To the sign-in page
oidc-to-account = To my account
oidc-leave-title = One step elsewhere
oidc-leave-lead = You now go to { $host }, sign in there if you are asked to, and come back here by yourself. You have ten minutes.
oidc-leave-button = Go to { $name }
oidc-invited-title = Without a password
oidc-invited-lead = If you have an account with { $name }, you may come in by it instead. A password can be added later.
oidc-invited-button = Join with { $name }
oidc-account-title = Signing in with { $name }
oidc-account-linked = Your account there is linked to yours here since { $since }. Last used: { $used }.
oidc-account-not-linked = Link your account with { $name }, and you can come in by it as well as by your password.
oidc-account-link = Link my account
oidc-account-link-button = Go to { $name } and link
oidc-account-only-way = You have no password, so this is your only way in, and it cannot be ended.
oidc-account-want-password = Ask for a link with which to choose a password
oidc-account-unlink = End the link
oidc-account-unlink-lead = You then come in by your password alone, and are signed out everywhere else.
oidc-account-unlink-button = End the link
said-oidc-linked = Your account is linked: from now on you can come in by it.
said-oidc-unlinked = The link is ended. You have been signed out everywhere else.
oidc-refusal-not-ours = This sign-in did not begin here
oidc-next-not-ours = It began in another browser or another tab, or took longer than ten minutes. Nothing has changed. Begin again with { $name }, in this window.
oidc-refusal-used = This sign-in has been used
oidc-next-used = Each way back from { $name } is good once: the page was probably loaded twice. If you are not signed in, begin again.
oidc-refusal-denied = The sign-in was broken off
oidc-next-denied = { $name } did not let you through, or you broke it off there. Nothing has changed. You can try again, or come in by your password.
oidc-refusal-unreachable = The other side does not answer
oidc-next-unreachable = { $name } cannot be reached at the moment. Come in by your password, or try again in a few minutes. Whoever has no password can ask for a link on the sign-in page.
oidc-refusal-misfit = The settings do not fit
oidc-next-misfit = What is set here about { $name } does not fit what it says itself. Whoever keeps this machine finds the reason in the log, or by typing “facteur user provider”. Until then your password lets you in.
oidc-refusal-untrusted = The answer is not to be believed
oidc-next-untrusted = What came back from { $name } did not pass the checks, so nobody was let in. Whoever keeps this machine finds the reason in the log; clocks that differ are a common one. Your password still lets you in.
oidc-refusal-not-linked = No account here is linked to yours there
oidc-next-not-linked = { $name } knows you, and Facteur does not know whose account that is; an equal address does not count. If you have an account here, sign in with your password and link it on the page “My account”. If you were invited, open the invitation and press its second button. If not, ask an owner to invite you.
oidc-refusal-disabled = Your account here is closed
oidc-next-disabled = { $name } knows you, but an owner has closed your account in this Facteur. Only an owner can open it again.
oidc-refusal-wait = Too many tries
oidc-next-wait = From your network too many sign-ins with { $name } have failed. Wait a quarter of an hour, or come in by your password.
oidc-refusal-signed-out = Your session has ended meanwhile
oidc-next-signed-out = The account with { $name } was not linked: it is linked only in the session in which you asked for it. Sign in and begin again.
oidc-refusal-taken = Somebody else’s account is linked to it
oidc-next-taken = The account with { $name } that you came back with belongs to another account here. Sign out there and choose another one, or have the other link ended first.
oidc-refusal-has-another = Your account is linked to another one there
oidc-next-has-another = With { $name } one account can be linked to yours. End the link on the page “My account” first, then link the new one.
oidc-refusal-invitation-over = The invitation opens nothing any more
oidc-next-invitation-over = It was used in the meantime, or its time is over. If you have joined already, sign in; if not, ask whoever invited you for a new one. With { $name } nothing has changed.
oidc-refusal-only-way = Without a password this is the only way in
oidc-next-only-way = Choose a password first, by a link from the sign-in page; then the link with { $name } can be ended.
oidc-trouble-silent = { $url } does not answer: { $why }
oidc-trouble-status = { $url } answers { $status }
oidc-trouble-not-json = { $url } answers with something else than what OpenID Connect asks for; is [oidc] issuer the address of a provider?
oidc-trouble-other-issuer = the setting [oidc] issuer is “{ $issuer }”, and the provider calls itself “{ $said }”: both must be equal to the letter, a / at the end included
oidc-trouble-no-endpoint = the provider gives no address for { $name }
oidc-trouble-in-clear = the provider names { $url }, which is not https
oidc-trouble-no-code = the provider does not offer the code flow (response_types_supported)
oidc-trouble-no-way-to-prove = the provider wants the secret in a way that Facteur does not know: { $known }; allow client_secret_basic or client_secret_post
oidc-trouble-not-known = the provider does not know [oidc] client_id, or its secret is another one ({ $said })
oidc-trouble-refused = the provider refused: { $said }
oidc-trouble-code = a code was used before, is too old, or was made for another program
oidc-trouble-no-token = the provider gave no ID token; is the scope “openid” allowed there?
oidc-trouble-no-keys = the provider shows no keys (jwks_uri)
oidc-trouble-secret = the setting [oidc] client_secret_file: { $why }
cli-provider-off = There is no provider: [oidc] issuer is empty.
cli-provider-register = { $issuer } must know this redirect address: { $back }
cli-provider-fits = It answers, and what it says of itself fits. Sign-in: { $authorization }. Keys: { $keys }. Whether it takes the secret shows at the first sign-in.
cli-provider-trouble = It cannot be used: { $trouble }
cli-user-links-none = not linked to any account of a provider
cli-user-link-since = { $issuer }, number { $subject }, linked { $since }, { $used }
cli-user-unlinked = the link is ended, and so are all sessions
cli-user-unlink-which = there are links with several providers; name one with --issuer: { $issuers }
cli-user-only-way = it is their only way in: give them a password first (facteur user passwd)
