// Takes the token out of the address bar and the history, where it could be read over a shoulder or shared by mistake. The page's own
// forms and links have it. Asked for again, the address that stands there has a fresh link mailed.

history.replaceState(null, "", `/preferences?lang=${document.documentElement.lang}`);
