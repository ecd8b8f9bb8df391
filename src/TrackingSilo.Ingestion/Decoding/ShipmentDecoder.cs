using System.Collections.Immutable;
using System.Globalization;
using TrackingSilo.Domain.Shipments;
using TrackingSilo.Engine;
using TrackingSilo.Engine.Reports;

namespace TrackingSilo.Ingestion.Decoding;

/// <summary>Topic <c>shipments</c>: registrations and their changes.</summary>
public sealed class ShipmentDecoder : MessageDecoder
{
    const int ChannelMaxCharacters = 32;
    const int LocaleMaxCharacters = 35; // RFC 5646, 4.4.1

    private protected override Report Read(ref JsonMessage message, long offset, DateTimeOffset recordTime)
    {
        string? carrier = null, trackingNumber = null, merchant = null, service = null, parent = null, continuesAs = null;
        DateTimeOffset? changedAt = null, promisedFrom = null, promisedBy = null;
        Destination? destination = null;
        Recipient? recipient = null;
        HandOverRequirements? requires = null;
        DeliveryOptions? options = null;
        while (message.NextProperty())
        {
            if (message.Is("carrier"u8))
                carrier = message.Text("carrier");
            else if (message.Is("trackingNumber"u8))
                trackingNumber = message.Text("trackingNumber");
            else if (message.Is("changedAt"u8))
                changedAt = message.Instant("changedAt");
            else if (message.Is("merchant"u8))
                merchant = message.Text("merchant");
            else if (message.Is("service"u8))
                service = message.Text("service");
            else if (message.Is("promisedFrom"u8))
                promisedFrom = message.Instant("promisedFrom");
            else if (message.Is("promisedBy"u8))
                promisedBy = message.Instant("promisedBy");
            else if (message.Is("destination"u8))
                destination = ReadDestination(ref message);
            else if (message.Is("recipient"u8))
                recipient = ReadRecipient(ref message);
            else if (message.Is("requires"u8))
                requires = ReadRequirements(ref message);
            else if (message.Is("options"u8))
                options = ReadOptions(ref message);
            else if (message.Is("parent"u8))
                parent = message.Text("parent");
            else if (message.Is("continuesAs"u8))
                continuesAs = message.Text("continuesAs");
            else
                message.Skip();
        }

        var id = message.Shipment(carrier, trackingNumber);
        if (changedAt is not { } changed)
        {
            message.Missing("changedAt");
            return default;
        }
        // A change from a far future would win over every later one.
        if (changed - recordTime > Limits.FutureTolerance)
            message.Refuse(RefusalReason.FromTheFuture, "changedAt lies more than 24 hours after the time of its record");
        var change = new ShipmentChange
        {
            ChangedAt = changed, Merchant = merchant, Service = service, Promise = PromiseOf(ref message, promisedFrom, promisedBy),
            Destination = destination, Recipient = recipient, Requires = requires, Options = options,
            Parent = Other(ref message, "parent", parent, id), ContinuesAs = Other(ref message, "continuesAs", continuesAs, id),
        };
        return new Report { Kind = ReportKind.Registration, Key = id.Value, Offset = offset, RecordTime = recordTime, Body = change };
    }

    static Promise? PromiseOf(ref JsonMessage message, DateTimeOffset? from, DateTimeOffset? by)
    {
        if (by is not { } end)
        {
            if (from is not null)
                message.Missing("promisedBy");
            return null;
        }
        if (from > end)
            message.Bad("promisedFrom", "no later than promisedBy");
        return new Promise(from, end);
    }

    static ShipmentId? Other(ref JsonMessage message, string property, string? text, ShipmentId self)
    {
        if (text is null)
            return null;
        if (!ShipmentId.TryParse(text, out var id))
            message.Refuse(RefusalReason.BadIdentity, property + " must be a shipment id as carrier/NUMBER");
        else if (id == self)
            message.Bad(property, "another shipment");
        return id;
    }

    static Destination? ReadDestination(ref JsonMessage message)
    {
        if (!message.EnterObject("destination"))
            return null;
        string? postcode = null, city = null, country = null, timeZone = null;
        double? latitude = null, longitude = null;
        while (message.NextProperty())
        {
            if (message.Is("latitude"u8))
                latitude = message.Number("destination.latitude", -90, 90);
            else if (message.Is("longitude"u8))
                longitude = message.Number("destination.longitude", -180, 180);
            else if (message.Is("postcode"u8))
                postcode = message.Text("destination.postcode");
            else if (message.Is("city"u8))
                city = message.Text("destination.city");
            else if (message.Is("country"u8))
                country = message.Text("destination.country");
            else if (message.Is("timeZone"u8))
                timeZone = message.Text("destination.timeZone");
            else
                message.Skip();
        }
        if (country is not null && !(country.Length == 2 && country.All(char.IsAsciiLetter)))
            message.Bad("destination.country", "two letters as in ISO 3166-1");
        if (timeZone is not null && !TimeZones.IsKnown(timeZone))
            message.Bad("destination.timeZone", "an IANA time zone");
        var place = message.Place("destination.", latitude, longitude);
        return new Destination { Place = place, Postcode = postcode, City = city, Country = country?.ToUpperInvariant(), TimeZone = timeZone };
    }

    static Recipient? ReadRecipient(ref JsonMessage message)
    {
        if (!message.EnterObject("recipient"))
            return null;
        string? name = null, locale = null;
        ImmutableArray<Contact> contacts = [];
        while (message.NextProperty())
        {
            if (message.Is("name"u8))
                name = message.Text("recipient.name");
            else if (message.Is("contacts"u8))
                contacts = ReadContacts(ref message);
            else if (message.Is("locale"u8))
                locale = message.Text("recipient.locale", LocaleMaxCharacters);
            else
                message.Skip();
        }
        if (locale is not null && !locale.All(c => char.IsAsciiLetterOrDigit(c) || c == '-'))
            message.Bad("recipient.locale", "a language tag as in BCP 47");
        return new Recipient { Name = name, Contacts = contacts, Locale = locale };
    }

    static ImmutableArray<Contact> ReadContacts(ref JsonMessage message)
    {
        if (!message.EnterArray("recipient.contacts"))
            return [];
        var contacts = ImmutableArray.CreateBuilder<Contact>();
        while (message.NextItem())
        {
            if (contacts.Count == Limits.ContactsMax)
                message.Bad("recipient.contacts", string.Create(CultureInfo.InvariantCulture, $"at most {Limits.ContactsMax}"));
            else if (message.EnterObject("recipient.contacts[]"))
                contacts.Add(ReadContact(ref message));
            else
                message.Bad("recipient.contacts[]", "an object");
        }
        return contacts.DrainToImmutable();
    }

    static Contact ReadContact(ref JsonMessage message)
    {
        string? channel = null, address = null;
        while (message.NextProperty())
        {
            if (message.Is("channel"u8))
                channel = message.Id("recipient.contacts[].channel", ChannelMaxCharacters);
            else if (message.Is("address"u8))
                address = message.Id("recipient.contacts[].address", Limits.TextMaxCharacters);
            else
                message.Skip();
        }
        if (channel is null)
            message.Missing("recipient.contacts[].channel");
        if (address is null)
            message.Missing("recipient.contacts[].address");
        return new Contact(channel ?? "", address ?? "");
    }

    static DeliveryOptions? ReadOptions(ref JsonMessage message)
    {
        if (!message.EnterObject("options"))
            return null;
        ImmutableArray<InstructionKind>? instructions = null;
        while (message.NextProperty())
        {
            if (message.Is("instructions"u8))
                instructions = ReadInstructions(ref message);
            else
                message.Skip();
        }
        return instructions is { } offered ? new DeliveryOptions(offered) : null;
    }

    static ImmutableArray<InstructionKind>? ReadInstructions(ref JsonMessage message)
    {
        if (!message.EnterArray("options.instructions"))
            return null;
        var kinds = new SortedSet<InstructionKind>();
        while (message.NextItem())
        {
            if (message.Text("options.instructions[]") is { } name && CommandNames.TryParse(name, out InstructionKind kind))
                kinds.Add(kind);
            else
                message.Bad("options.instructions[]", CommandNames.InstructionKinds);
        }
        return [.. kinds];
    }

    static HandOverRequirements? ReadRequirements(ref JsonMessage message)
    {
        if (!message.EnterObject("requires"))
            return null;
        bool? signature = null, ageCheck = null;
        while (message.NextProperty())
        {
            if (message.Is("signature"u8))
                signature = message.Flag("requires.signature");
            else if (message.Is("ageCheck"u8))
                ageCheck = message.Flag("requires.ageCheck");
            else
                message.Skip();
        }
        return new HandOverRequirements(signature ?? false, ageCheck ?? false);
    }
}
