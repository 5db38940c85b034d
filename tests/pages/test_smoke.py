from django.test import Client
from tests import factories
from contractants.models import Contact
def test_all(staff: Client) -> None:
    for i in range(3):
        m = factories.registered(contact=factories.contact(), service=factories.ServiceFactory.create(), affected_users=None)
    for url in ["/meldingen/","/meldingen/?sort=due&view=late","/meldingen/?sort=newest&view=all","/zoeken/","/zoeken/?q=omgeving","/meldingen/onbevestigd/","/meldingen/nieuw/",f"/meldingen/{m.number}/"]:
        r=staff.get(url)
        print(url,r.status_code,len(r.content))
        assert r.status_code==200
