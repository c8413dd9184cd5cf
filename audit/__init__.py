"""Are the packages that we depend on what we mean them to be, and is anything known against them?"""
