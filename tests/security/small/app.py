"""The product's own frame (middleware, start-up, guard, saving) around one page that has what attackers look for."""

import streamlit as st
from starlette.middleware import Middleware

from tcsuper.web import SecureAnswers, lifespan, on_script_error, routes

guarded = [Middleware(SecureAnswers)]
app = st.App("main.py", routes=routes, middleware=guarded, lifespan=lifespan, on_script_error=on_script_error)
