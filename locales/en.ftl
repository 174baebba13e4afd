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
date-long = { $weekday } { $day_number ->
   *[other] { $day }
 } { $month } { $year }
time-short = { $hour }:{ $minute }

## Mails (letters)

## Public pages (web)
skip-to-content = Skip to content
language-switch = Language of this page
back-to-site = Back to the site
error-400-title = We could not read that
error-400-text = This request could not be read. Go back to the page before and try again.
error-404-title = Page not found
error-404-text = There is nothing at this address. The link may be incomplete: open it from the message, or copy all of it.
error-405-title = This address is not used that way
error-405-text = Go back to the page before and use its button.
error-413-title = Too long
error-413-text = The form that was sent is too long. An e-mail address is enough.
error-429-title = One moment
error-429-text = Too many requests came in at once. Try again in a minute.
error-500-title = Something went wrong
error-500-text = The mistake is ours and has been noted. Try again a little later.
error-503-title = Not available for a moment
error-503-text = Nothing was stored. Try again in a few minutes.
error-incident = Incident code: { $incident }

## Demo
