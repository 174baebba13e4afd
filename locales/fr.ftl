# Français. Vouvoiement, espace fine insécable avant : ; ! ?, guillemets « ».

## Dates
direction = ltr
language-name = Français
weekday-1 = lundi
weekday-2 = mardi
weekday-3 = mercredi
weekday-4 = jeudi
weekday-5 = vendredi
weekday-6 = samedi
weekday-7 = dimanche
month-1 = janvier
month-2 = février
month-3 = mars
month-4 = avril
month-5 = mai
month-6 = juin
month-7 = juillet
month-8 = août
month-9 = septembre
month-10 = octobre
month-11 = novembre
month-12 = décembre
date-long = { $weekday } { $day_number ->
    [1] 1er
   *[other] { $day }
 } { $month } { $year }
time-short = { $hour } h { $minute }

## Mails (letters)

## Public pages (web)
skip-to-content = Aller au contenu
language-switch = Langue de la page
back-to-site = Retourner sur le site
error-400-title = Demande incomprise
error-400-text = Cette demande n’a pas pu être lue. Revenez à la page précédente et réessayez.
error-404-title = Page introuvable
error-404-text = Il n’y a rien à cette adresse. Le lien est peut-être incomplet : ouvrez-le depuis le message, ou copiez-le en entier.
error-405-title = Cette adresse ne s’utilise pas ainsi
error-405-text = Revenez à la page précédente et servez-vous de son bouton.
error-413-title = Trop long
error-413-text = Le formulaire envoyé est trop long. Une adresse électronique suffit.
error-429-title = Un instant
error-429-text = Trop de demandes sont arrivées à la fois. Réessayez dans une minute.
error-500-title = Un incident est survenu
error-500-text = L’erreur vient de nous, elle a été notée. Réessayez un peu plus tard.
error-503-title = Service momentanément indisponible
error-503-text = Rien n’a été enregistré. Réessayez dans quelques minutes.
error-incident = Code de l’incident : { $incident }

## Demo
