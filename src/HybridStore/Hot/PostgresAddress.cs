using System.Data.Common;
using System.Globalization;
using Npgsql;

namespace HybridStore.Hot;

/// <summary>Where the user's own Postgres is, from <c>HYBRID_PG</c> and libpq's environment variables.</summary>
/// <remarks>
/// Npgsql reads <c>PGUSER</c>, <c>PGPASSWORD</c>, <c>PGPASSFILE</c> and <c>.pgpass</c> by itself, and neither URIs nor <c>PGHOST</c>, <c>PGPORT</c>
/// and <c>PGDATABASE</c>, which everybody who knows psql expects. Source: PostgreSQL manual, "libpq", "Connection Strings".
/// </remarks>
internal static class PostgresAddress
{
    private const string Variable = "HYBRID_PG";
    private const string Expected = "Expected postgresql://user@host:port/database or 'host=... port=... dbname=... user=...'.";

    /// <summary>More variables of libpq, with the name of what they stand for in Npgsql and in libpq.</summary>
    private static readonly (string Variable, string Name, string Key)[] Defaults =
    [
        ("PGSSLMODE", "SSL Mode", "sslmode"), ("PGSSLROOTCERT", "Root Certificate", "sslrootcert"), ("PGCONNECT_TIMEOUT", "Timeout", "connect_timeout"), ("PGAPPNAME", "Application Name", "application_name"),
    ];

    /// <summary>Reads the environment.</summary>
    /// <param name="environment">A variable's value, or null.</param>
    /// <returns>Null when neither <c>HYBRID_PG</c> nor <c>PGHOST</c> is set: then the embedded server is meant.</returns>
    /// <exception cref="StoreException">Usage: the text is no connection string; the message does not repeat it.</exception>
    internal static NpgsqlConnectionStringBuilder? Read(Func<string, string?> environment)
    {
        var text = environment(Variable)?.Trim();
        if (string.IsNullOrEmpty(text) && string.IsNullOrEmpty(environment("PGHOST"))) return null;
        var builder = string.IsNullOrEmpty(text) ? new NpgsqlConnectionStringBuilder() : Parse(text);
        if (string.IsNullOrEmpty(builder.Host)) builder.Host = environment("PGHOST") is { Length: > 0 } host ? host : DefaultHost();
        // Npgsql's own ContainsKey tells which names it knows, not which were given.
        var given = new DbConnectionStringBuilder { ConnectionString = builder.ConnectionString };
        if (!given.ContainsKey("Port") && int.TryParse(environment("PGPORT"), out var port)) builder.Port = port;
        if (string.IsNullOrEmpty(builder.Username)) builder.Username = environment("PGUSER") is { Length: > 0 } user ? user : Environment.UserName;
        if (string.IsNullOrEmpty(builder.Database)) builder.Database = environment("PGDATABASE") is { Length: > 0 } database ? database : builder.Username;
        foreach (var (variable, name, key) in Defaults)
        {
            if (!given.ContainsKey(name) && environment(variable) is { Length: > 0 } value) SetFrom(variable, builder, key, value);
        }

        return builder;
    }

    /// <summary>Says where without saying the password.</summary>
    /// <param name="builder">An address.</param>
    internal static string Describe(NpgsqlConnectionStringBuilder builder) => $"{builder.Username}@{builder.Host}:{builder.Port}/{builder.Database}";

    private static void SetFrom(string variable, NpgsqlConnectionStringBuilder builder, string key, string value)
    {
        try
        {
            Set(builder, key, value);
        }
        catch (Exception e) when (e is ArgumentException or FormatException or OverflowException)
        {
            throw new StoreException(StoreErrorKind.Usage, $"{variable}: '{value}' is no value for it. Correct or unset it.", e);
        }
    }

    private static NpgsqlConnectionStringBuilder Parse(string text)
    {
        try
        {
            if (text.StartsWith("postgresql://", StringComparison.OrdinalIgnoreCase) || text.StartsWith("postgres://", StringComparison.OrdinalIgnoreCase)) return ParseUri(text);
            return text.Contains(';') ? new NpgsqlConnectionStringBuilder(text) : ParsePairs(text);
        }
        catch (Exception e) when (e is ArgumentException or FormatException or OverflowException)
        {
            // The inner message may repeat a part of the text, and any part may be the password.
            throw new StoreException(StoreErrorKind.Usage, $"{Variable}: not a Postgres address. {Expected}");
        }
    }

    private static NpgsqlConnectionStringBuilder ParseUri(string text)
    {
        var builder = new NpgsqlConnectionStringBuilder();
        var rest = text[(text.IndexOf("://", StringComparison.Ordinal) + 3)..];
        var query = Cut(ref rest, rest.IndexOf('?'));
        var path = Cut(ref rest, rest.IndexOf('/'));
        var at = rest.LastIndexOf('@');
        if (at >= 0)
        {
            var user = rest[..at];
            var password = Cut(ref user, user.IndexOf(':'));
            if (user.Length > 0) builder.Username = Uri.UnescapeDataString(user);
            if (password.Length > 0) builder.Password = Uri.UnescapeDataString(password);
            rest = rest[(at + 1)..];
        }

        if (rest.Contains(',')) builder.Host = Uri.UnescapeDataString(rest);
        else if (rest.Length > 0) SetHostAndPort(builder, rest);
        if (path.Length > 0) builder.Database = Uri.UnescapeDataString(path);
        foreach (var pair in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = pair.Split('=', 2);
            Set(builder, Uri.UnescapeDataString(parts[0]), Uri.UnescapeDataString(parts.Length > 1 ? parts[1] : ""));
        }

        return builder;
    }

    private static void SetHostAndPort(NpgsqlConnectionStringBuilder builder, string text)
    {
        var colon = text.LastIndexOf(':');
        if (colon > text.LastIndexOf(']'))
        {
            builder.Port = int.Parse(text[(colon + 1)..], CultureInfo.InvariantCulture);
            text = text[..colon];
        }

        if (text.Length > 0) builder.Host = Uri.UnescapeDataString(text.Trim('[', ']'));
    }

    private static string Cut(ref string text, int at)
    {
        if (at < 0) return "";
        var tail = text[(at + 1)..];
        text = text[..at];
        return tail;
    }

    /// <summary>libpq's <c>key = 'value with \' and \\'</c>.</summary>
    private static NpgsqlConnectionStringBuilder ParsePairs(string text)
    {
        var builder = new NpgsqlConnectionStringBuilder();
        var at = 0;
        while (at < text.Length)
        {
            var equals = text.IndexOf('=', at);
            if (equals < 0) throw new FormatException();
            var key = text[at..equals].Trim();
            at = equals + 1;
            while (at < text.Length && char.IsWhiteSpace(text[at])) at++;
            var quoted = at < text.Length && text[at] == '\'';
            if (quoted) at++;
            var value = new System.Text.StringBuilder();
            while (at < text.Length && (quoted ? text[at] != '\'' : !char.IsWhiteSpace(text[at])))
            {
                if (text[at] == '\\' && at + 1 < text.Length) at++;
                value.Append(text[at++]);
            }

            if (quoted && at++ >= text.Length) throw new FormatException();
            while (at < text.Length && char.IsWhiteSpace(text[at])) at++;
            Set(builder, key, value.ToString());
        }

        return builder;
    }

    private static void Set(NpgsqlConnectionStringBuilder builder, string key, string value)
    {
        switch (key.ToLowerInvariant())
        {
            case "host" or "hostaddr":
                builder.Host = value;
                break;
            case "port":
                builder.Port = int.Parse(value, CultureInfo.InvariantCulture);
                break;
            case "dbname":
                builder.Database = value;
                break;
            case "user":
                builder.Username = value;
                break;
            case "password":
                builder.Password = value;
                break;
            case "passfile":
                builder.Passfile = value;
                break;
            case "sslmode":
                builder.SslMode = Enum.Parse<SslMode>(value.Replace("-", "", StringComparison.Ordinal), ignoreCase: true);
                break;
            case "sslrootcert":
                builder.RootCertificate = value;
                break;
            case "sslcert":
                builder.SslCertificate = value;
                break;
            case "sslkey":
                builder.SslKey = value;
                break;
            case "connect_timeout":
                builder.Timeout = int.Parse(value, CultureInfo.InvariantCulture);
                break;
            case "application_name":
                builder.ApplicationName = value;
                break;
            case "options":
                builder.Options = value;
                break;
            default:
                builder[key] = value; // A name of Npgsql's own, or an ArgumentException.
                break;
        }
    }

    private static string DefaultHost() => new[] { "/var/run/postgresql", "/tmp" }.FirstOrDefault(folder => File.Exists(Path.Combine(folder, ".s.PGSQL.5432"))) ?? "localhost";
}
