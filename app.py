"""The server: `streamlit run app.py`. What it adds to Streamlit is in tcsuper/web.py.

The script stands in another folder on purpose: were `pages/` beside it, Streamlit would serve a page by its address
without ever running the script.
"""

import streamlit as st
from starlette.middleware import Middleware

from tcsuper.web import SecureAnswers, lifespan, on_script_error, routes

guarded = [Middleware(SecureAnswers)]
app = st.App("tcsuper/main.py", routes=routes, middleware=guarded, lifespan=lifespan, on_script_error=on_script_error)
if __name__ == "__main__":
    app.run()
