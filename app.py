"""The server: `streamlit run app.py`. What it adds to Streamlit is in tcsuper/web.py.

The script stands in another folder on purpose: were `pages/` beside it, Streamlit would serve a page by its address
without ever running the script.
"""

import streamlit as st
from starlette.middleware import Middleware

from tcsuper.web import SecureAnswers, lifespan, on_script_error, routes, single_sign_on

around = {"routes": routes, "middleware": [Middleware(SecureAnswers)], "lifespan": lifespan}
app = st.App("tcsuper/main.py", on_script_error=on_script_error, secrets=single_sign_on, **around)
if __name__ == "__main__":
    app.run()
