using HybridStore.Query;
using Xunit;

namespace HybridStore.Tests.Query;

public sealed class SqlScriptTests
{
    [Theory]
    [InlineData("", true)]
    [InlineData(" -- nothing\n/* at all */ ;; ", true)]
    [InlineData("select 1", false, "select 1")]
    [InlineData("select 1;", true, "select 1")]
    [InlineData("select 1; -- and\nselect 2", false, "select 1", "-- and\nselect 2")]
    [InlineData("select ';'; select \";\" from t;", true, "select ';'", "select \";\" from t")]
    [InlineData("select 'it''s;'; x", false, "select 'it''s;'", "x")]
    [InlineData("select e'\\';'; x", false, "select e'\\';'", "x")]
    [InlineData("select 'a\\'; x", false, "select 'a\\'", "x")]
    [InlineData("select /* ; /* ; */ ; */ 1; x", false, "select /* ; /* ; */ ; */ 1", "x")]
    [InlineData("select 1 -- ;\n + 2;", true, "select 1 -- ;\n + 2")]
    [InlineData("select $$;$$, $a$ ; $$ ; $a$; x", false, "select $$;$$, $a$ ; $$ ; $a$", "x")]
    [InlineData("select $1; select $name;", true, "select $1", "select $name")]
    [InlineData("select 'open;", false, "select 'open;")]
    [InlineData("select 1; /* open", false, "select 1")]
    public void Split_finds_the_statements(string text, bool isComplete, params string[] expected)
    {
        Assert.Equal(expected, SqlScript.Split(text, out var complete));
        Assert.Equal(isComplete, complete);
    }
}
