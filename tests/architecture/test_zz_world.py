from tests.architecture.worlds import make_world, mappers
from tests.platforms import make_tenant
def test_world(platform, sign_in, tmp_path):
    import time
    t=time.time()
    w=make_world(platform, make_tenant(platform), sign_in, tmp_path)
    print("took",time.time()-t)
    print(set(mappers())-set(w.ids))
    assert 0
